"""Whether like cases are served alike: how far answers, solutions, outcomes and grants differ by place and person."""
