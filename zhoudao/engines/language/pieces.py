"""An opened text cut into what a linear model weighs: its words, alone and in pairs, and its pieces of a few letters.

Han characters give pieces of one to three and the words rjieba finds; other letters give whole words and, of each,
the pieces of two to four letters with its edges.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from zhoudao.engines.language.opened import HAN

_RUN: Final = re.compile(rf"([{HAN}]+)|((?:(?![{HAN}])\w)+)|([!?]+)")
MOST: Final = 4_000  # pieces of one text


class Gram(NamedTuple):
    """A piece with where it stands in the opened text, `text[start:end]`. Words begin with a mark, letters do not."""

    name: str
    start: int
    end: int


def pieces_of(text: str) -> tuple[list[Gram], list[Gram]]:
    """The words and the letters of an opened text, repeats included."""
    words: list[Gram] = []
    letters: list[Gram] = []
    for found in _RUN.finditer(text):
        han, word, marks = found.groups()
        if han:
            words += _words_of(han, found.start())
            letters += _pieces(han, found.start(), 1, 3)
        elif word:
            words.append(Gram(word, *found.span()))
            letters += _edged(word, found.start())
        else:
            words.append(Gram(marks[0], *found.span()))
        if len(letters) > MOST:
            break
    pairs = [Gram(f"{a.name} {b.name}", a.start, b.end) for a, b in pairwise(words)]
    return words[:MOST] + pairs[:MOST], letters[:MOST]


def _words_of(run: str, start: int) -> Iterator[Gram]:
    import rjieba

    for word in rjieba.cut(run):
        yield Gram(word, start, start + len(word))
        start += len(word)


def _pieces(run: str, start: int, least: int, most: int) -> Iterator[Gram]:
    for length in range(least, most + 1):
        for place in range(len(run) - length + 1):
            yield Gram(run[place : place + length], start + place, start + place + length)


def _edged(word: str, start: int) -> Iterator[Gram]:
    edged = f" {word} "
    for length in range(2, min(4, len(edged)) + 1):
        for place in range(len(edged) - length + 1):
            first, last = max(0, place - 1), min(len(word), place - 1 + length)
            yield Gram(edged[place : place + length], start + first, start + last)
