"""What a log of events says of a process: maps, waits, rework, deviations. Needs numpy, numba and pyarrow."""
