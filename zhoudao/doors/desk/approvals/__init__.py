"""Approvals: granting from a case, deciding what others ask, the authority matrix and what was spent."""
