"""The scale of moods: small, so that pages know its words without what judges."""

from typing import Literal

UPSET, PLEASED = -60, 60  # the index from which a word is given: right nine times in ten on texts never seen
VERSION = 1  # of all that judges: weights, words and rules; messages judged by an earlier one are judged again
Word = Literal["upset", "calm", "pleased", "unknown"]
MOODS: dict[Word, int] = {"upset": -1, "calm": 0, "pleased": 1}  # as rows keep them


def word_of(index: int | None) -> Word:
    """The word for an index.

    >>> word_of(-85), word_of(10), word_of(None)
    ('upset', 'calm', 'unknown')
    """
    if index is None:
        return "unknown"
    return "upset" if index <= UPSET else "pleased" if index >= PLEASED else "calm"
