"""What the index of messages holds of each one: its grams, when it was written and what it is.

Time stands in the index as the number of the span a message falls in, at seven sizes of span, each eight times the
one before. A search asks for one span after another, the newest first, and stops when its page is full: it reads no
more of the index for a word in every second message than for a rare one. See docs/decisions/010-search.md.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from zhoudao.kit.frozen import frozen
from zhoudao.kit.grams import grams

VERSION = 2  # of what the index holds; rows written by another are indexed again (`commands.indexing`)
LONG, NOTE, FIRST = "~long", "~note", "~first"
_MOST_GRAMS = 20_000  # PostgreSQL holds at most 1 MB of them in one row
_SECONDS, _TIMES, _LEVELS = 512, 8, 7
_COUNTS: tuple[int, ...] = tuple(
    int(_TIMES**level) for level in range(_LEVELS)
)  # how many of the smallest spans one of each size is
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def lexemes(text: str, *, direction: str, at: datetime, subject: str = "", is_first: bool = False) -> list[str]:
    """What a message is found by. The first of a thread is found by the thread's subject too."""
    found = grams(f"{subject}\n{text}" if subject else text)
    about = marks(at, is_note=direction == "note", is_first=is_first)
    return found + about if len(found) <= _MOST_GRAMS else [*found[:_MOST_GRAMS], *about, LONG]


def marks(at: datetime, *, is_note: bool = False, is_first: bool = False) -> list[str]:
    """When it was written and what it is, as the index holds it."""
    found = [str(Span(level, _number(at, level))) for level in range(_LEVELS)]
    return found + [NOTE] * is_note + [FIRST] * is_first


@frozen
class Span:
    """A stretch of time: the `number`th of its size since 1970."""

    level: int
    number: int

    def __str__(self) -> str:
        return f"~{self.level}{self.number}"

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return _EPOCH + timedelta(seconds=self.number * _size(self.level))

    def parts(self) -> "list[Span]":
        """Smaller spans that cover it, the newest first; none when it is of the smallest size."""
        first = self.number * _COUNTS[self.level]
        return list(_cover(first, first + _COUNTS[self.level], self.level - 1)) if self.level else []


def spans(since: datetime, until: datetime) -> Iterator[Span]:
    """Spans that cover the time from `since` to `until`, the newest first, growing with their age."""
    return _cover(_number(since, 0), _number(until, 0) + 1, _LEVELS - 1)


def _cover(low: int, high: int, top: int) -> Iterator[Span]:
    """`low` and `high` count spans of the smallest size. The first few are of this size wherever they begin."""
    given = 0
    while high > low:
        level = 0
        while level < min(top, given // _TIMES) and _fits(level + 1, low, high):
            level += 1
        high -= _COUNTS[level]
        given += 1
        yield Span(level, high // _COUNTS[level])


def _fits(level: int, low: int, high: int) -> bool:
    return high % _COUNTS[level] == 0 and high - _COUNTS[level] >= low


def asking(about: Sequence[str], grams_: Sequence[str], beginnings: Sequence[str] = ()) -> str:
    """A query for rows with all these marks and grams, and grams that begin so.

    A message too long to be indexed whole fits whatever its grams are: it has to be read.
    """
    wanted = [_quoted(gram) for gram in grams_] + [f"{_quoted(beginning)}:*" for beginning in beginnings]
    either = [f"({' & '.join(wanted)} | {_quoted(LONG)})"] if wanted else []
    return " & ".join([_quoted(mark) for mark in about] + either)


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _size(level: int) -> int:
    return _SECONDS * _COUNTS[level]


def _number(at: datetime, level: int) -> int:
    return (at - _EPOCH) // timedelta(seconds=_size(level))
