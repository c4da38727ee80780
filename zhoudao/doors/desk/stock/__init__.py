"""Stock at the desk: what lies where, one item, scanning in and over, counting, and the places themselves."""
