"""What a process asks of the C library's memory; one that has no such switch is left as it is."""

import contextlib
import ctypes

_M_ARENA_MAX = -8  # of malloc.h


def share_pools() -> None:
    """This will have all threads of this process share two pools of memory.

    glibc gives each thread a pool of its own, and what one of them once needed for a large page stays with it.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def give_back() -> None:
    """This will return to the system what lies free between the pieces in use: a millisecond."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
