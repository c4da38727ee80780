"""Stock: what lies where, what is kept for whom, and a ledger of all that moved."""
