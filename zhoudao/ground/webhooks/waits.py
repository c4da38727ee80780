"""How long is waited between tries: nearly three days in all, twelve tries, never all at the same moment."""

from datetime import timedelta
from random import Random

WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 86_400)
)
TRIES = len(WAITS) + 1
LONGEST_ASKED = timedelta(hours=1)  # a Retry-After beyond this is not waited for
_JITTER = 0.2
_PATIENCE, _LONGEST_REST = 3, timedelta(minutes=5)


def wait_after(attempts: int, *, rng: Random, asked: timedelta | None = None) -> timedelta | None:
    """The wait after this many tries, a fifth more or less; None after the last. `asked` is the other side's wish.

    >>> [round(wait_after(n, rng=Random(1)).total_seconds()) for n in (1, 2, 3)]
    [4, 26, 102]
    >>> wait_after(TRIES, rng=Random(1)) is None
    True
    """
    if attempts > len(WAITS):
        return None
    wait = WAITS[max(0, attempts - 1)] * (1 + _JITTER * (2 * rng.random() - 1))
    return max(wait, min(asked, LONGEST_ASKED)) if asked else wait


def rest_after(failures: int) -> timedelta:
    """How long a webhook rests after this many failures in a row: none for three, then 5 s, 10 s … five minutes.

    >>> [rest_after(n).total_seconds() for n in (2, 3, 4, 5, 99)]
    [0.0, 5.0, 10.0, 20.0, 300.0]
    """
    if failures < _PATIENCE:
        return timedelta()
    return min(timedelta(seconds=5 * 2 ** min(failures - _PATIENCE, 10)), _LONGEST_REST)
