"""What would happen: cases walk a flow, wait for people and are served, event by event. Needs numpy, numba and scipy.

Times inside are microseconds since 1970 of the shop's own wall clock (no zone, no daylight saving); what is given to
`Distribution` and read from results is in seconds. Work in progress pauses when its person's hours end and goes on, by
the same person, when they begin again.
"""
