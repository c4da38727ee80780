"""The simulation lab: what a flow would do with other people, times, rules and cases."""
