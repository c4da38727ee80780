"""Finding words in cases, messages and notes, the newest first, among what somebody may see.

A page reads a bounded number of rows. When these do not fill it (somebody sees few of many cases with a common word),
it says how far it looked, and the next page goes on there: nothing is left out.
"""

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit import grams
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.desk import ViewFilter, narrowed
from zhoudao.rooms.cases.queries.finding_sql import FIND, NEWEST
from zhoudao.rooms.conversations import indexing
from zhoudao.rooms.conversations.commonness import rarest
from zhoudao.rooms.conversations.indexing import Span

Kind = Literal["case", "message", "note"]
Place = tuple[datetime, UUID]
PAGE, COUNTED = 20, 1000
WORDS = frozenset(["case", "message", "note"])  # the kinds of results that words are found in
_FEW, _MANY, _LOOKS = 64, 1024, 5  # how many rows a statement of a page may look at, how many statements it may send
_GRAMS = 6  # how many of them the index is asked for at once
_ROWS_COUNTED = (1200, 6000, 12_000)
_TO_INDEX = """
    SELECT created_at FROM conversations_message WHERE index_version < VERSION ORDER BY created_at DESC, id DESC LIMIT 1
"""
_BEFORE_US = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = timedelta(seconds=1)
_FIRST = UUID(int=0)


@frozen
class Asked:
    """What is looked for: folded terms, kinds of results, and what their cases must be."""

    terms: Sequence[str]
    kinds: frozenset[str] = WORDS
    cases: ViewFilter = field(default_factory=lambda: ViewFilter(view="all"))
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None


@frozen
class Hit:
    """Where the words stand. A `case` is one whose subject has them; its id is that of its first message."""

    kind: Kind
    id: UUID
    at: datetime
    case_id: UUID
    text: str
    author: str
    direction: str
    channel_kind: str

    @property
    def place(self) -> Place:
        """Where it stands among all."""
        return self.at, self.id


@frozen
class Found:
    """A page. `next` is None at the end; `looked_to` is how far was looked when the page is not full."""

    hits: list[Hit]
    next: Place | None
    looked_to: datetime | None = None


def find(viewer: Viewer, asked: Asked, *, at: datetime, after: Place | None = None, most: int = PAGE) -> Found:
    """A page of what has all the terms (one statement, mostly; six at most, if the words are common and long ago).

    Few rows are looked at until some have the words, and many once, if these few do not fill the page.
    """
    search, rows = _Search(viewer, asked, at, after), _FEW
    for _ in range(_LOOKS):
        search.look(rows, with_text=True)
        if search.is_done or len(search.hits) > most or rows == _MANY:
            break
        rows = _MANY if search.seen else _FEW
    if not search.is_done and len(search.hits) <= most:
        search.look_for_short(_MANY)
    hits = sorted(search.hits, key=lambda hit: hit.place, reverse=True)
    if len(hits) > most:
        return Found(hits[:most], hits[most - 1].place)
    return Found(hits, None) if search.is_done else Found(hits, search.place, search.place[0])


def count(viewer: Viewer, asked: Asked, *, at: datetime) -> tuple[dict[str, int], bool]:
    """How many results there are by kind, a thousand at most of all together, and whether that is all of them."""
    search = _Search(viewer, asked, at, None)
    for rows in _ROWS_COUNTED:
        search.look(rows, with_text=False)
        if search.is_done or len(search.hits) >= COUNTED:
            break
    hits = search.hits[:COUNTED]
    found = {kind: sum(hit.kind == kind for hit in hits) for kind in ("case", "message", "note")}
    return found, search.is_done and len(search.hits) <= COUNTED


def is_indexed_to() -> datetime | None:
    """Down to where words are found while older messages are being indexed; None when all are."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TO_INDEX.replace("VERSION", str(indexing.VERSION))  # as it stands in the index's own condition
        )
        row = cursor.fetchone()
    return row[0] if row else None


class _Search:
    """One search under way: what was found, and the spans still to look at. Everything newer than `place` is known."""

    def __init__(self, viewer: Viewer, asked: Asked, at: datetime, after: Place | None) -> None:
        self.hits: list[Hit] = []
        self.seen = 0  # rows looked at, whoever may see them
        self._asked, self._needs = asked, _needs(asked.terms, at)
        self._seen = _seen(viewer, asked, at)
        self._since = asked.since or _BEFORE_US
        newest = (asked.until or at + _LATEST, _FIRST)
        self.place: Place = min(after, newest) if after else newest
        self._spans = list(indexing.spans(self._since, self.place[0]))
        self._is_crowded = False  # the first span is of the smallest size and has more than a statement may look at
        self.is_done = self._seen is None or not self._spans or not asked.terms

    def look(self, most: int, *, with_text: bool) -> None:
        """This will look at so many more rows at most."""
        if self.is_done:
            return
        spans = self._spans[:1] if self._is_crowded else self._spans
        rows = self._rows(spans, most, with_text)
        if len(rows) < most:
            self._is_crowded, self._spans = False, self._spans[len(spans) :]
            self.place = spans[-1].start, _FIRST
        elif self._is_crowded:
            self.place = rows[-1][2], rows[-1][1]
        else:
            rows = self._cut(rows)
        self.seen += len(rows)
        self.hits += [hit for row in rows if row[7] is not None and (hit := self._hit(row))]
        self.is_done = not self._spans

    def look_for_short(self, most: int) -> None:
        """This will look at all there is, if all that is wanted are one or two letters that few words begin with.

        These are not in the index by themselves: by spans, every row is looked at. Where many words begin with
        them, that is soon enough.
        """
        if self._needs.grams or not self._needs.beginnings:
            return
        rows = self._found([indexing.asking(self._marks(), [], self._needs.beginnings)], most, with_text=True)
        if len(rows) < most:
            self.hits = [hit for row in rows if row[7] is not None and (hit := self._hit(row))] + self.hits
            self.is_done = True

    def _cut(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows of spans that were read whole; the one that was not is looked at in smaller ones next time."""
        number = rows[-1][0]
        if number > 1:
            self.place = self._spans[number - 2].start, _FIRST
        parts = self._spans[number - 1].parts()
        self._is_crowded = not parts
        self._spans = (parts or self._spans[number - 1 : number]) + self._spans[number:]
        return [row for row in rows if row[0] < number]

    def _rows(self, spans: list[Span], most: int, with_text: bool) -> list[tuple[Any, ...]]:
        queries = [indexing.asking([str(span), *self._marks()], self._needs.grams) for span in spans]
        return self._found(queries, most, with_text)

    def _found(self, queries: list[str], most: int, with_text: bool) -> list[tuple[Any, ...]]:
        seen, parameters = self._seen or ("", ())
        short = indexing.asking([], [], self._needs.beginnings)
        statement = FIND.replace("ORDERED", NEWEST if self._is_crowded else "").replace("SEEN", seen)
        before: list[Any] = [with_text or not self._needs.is_exact, queries]
        before += [*self.place, self._since, short, most, self._asked.channel]
        with connection.cursor() as cursor:
            cursor.execute(statement, [*before, *parameters, *parameters, most])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def _marks(self) -> list[str]:
        """What all rows of the only kind that is asked for are marked with."""
        return {frozenset(["note"]): [indexing.NOTE], frozenset(["case"]): [indexing.FIRST]}.get(self._asked.kinds, [])

    def _hit(self, row: tuple[Any, ...]) -> Hit | None:
        _, id_, at, direction, author, is_first, channel, case_id, text, thread_subject, subject, is_long = row
        terms, text = self._asked.terms, text or ""
        must_read = is_long or not self._needs.is_exact
        if must_read and not grams.contains(f"{thread_subject}\n{text}" if is_first else text, terms):
            return None
        kind: Kind = "note" if direction == "note" else "message"
        if is_first and grams.contains(f"{thread_subject}\n{subject}", terms):
            kind = "case"
        if kind not in self._asked.kinds:
            return None
        return Hit(kind, id_, at, case_id, text, author, direction, channel or "")


def _needs(terms: Sequence[str], at: datetime) -> grams.Needs:
    """What the index is asked for; of many grams only the rarest, and what has these is read."""
    wanted = grams.needs(terms)
    few = rarest(wanted.grams, _GRAMS, at=at)
    return wanted if len(few) == len(wanted.grams) else replace(wanted, grams=few, is_exact=False)


def _seen(viewer: Viewer, asked: Asked, at: datetime) -> tuple[str, tuple[Any, ...]] | None:
    """Which cases count, as a statement of their ids: by the very rule of the list."""
    try:
        return narrowed(viewer, asked.cases, at=at).order_by().values("id").query.sql_with_params()
    except EmptyResultSet:
        return None
