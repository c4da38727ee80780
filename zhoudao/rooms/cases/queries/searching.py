"""One search over cases, messages, notes and customers: what is named exactly first, then the newest words."""

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime
from uuid import UUID

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit import grams
from zhoudao.kit.excerpts import Piece, excerpt
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.queries import exact
from zhoudao.rooms.cases.queries.desk import Row, ViewFilter, rows_of
from zhoudao.rooms.cases.queries.exact import Exact, Person
from zhoudao.rooms.cases.queries.finding import PAGE, WORDS, Asked, Found, Hit, Kind, Place, find

KINDS = ("case", "message", "note", "customer")
LONGEST = 200


class WordsTooLong(ValueError):
    """Search for at most 200 characters."""


@frozen
class Wanted:
    """What somebody asks for. `kinds` empty means all that they may see."""

    words: str
    kinds: frozenset[str] = frozenset()
    cases: ViewFilter = field(default_factory=lambda: ViewFilter(view="all"))
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def text(self) -> str:
        """The words without what no database can hold.

        Raises: WordsTooLong
        """
        text = self.words.replace("\0", " ").strip()
        if len(text) > LONGEST:
            raise WordsTooLong(WordsTooLong.__doc__)
        return text


@frozen
class Result:
    """A case, or words in a case, with the part of the text to show; `is_exact`: the case itself was named."""

    kind: Kind
    at: datetime
    row: Row
    pieces: list[Piece]
    id: UUID | None = None
    author: str = ""
    direction: str = ""
    channel_kind: str = ""
    is_exact: bool = False


@frozen
class Results:
    """A page. On the first one also what was named exactly."""

    people: list[Person]
    exact: list[Result]
    found: list[Result]
    next: Place | None
    looked_to: datetime | None

    @property
    def is_empty(self) -> bool:
        """Nothing at all, and nowhere left to look."""
        return not (self.people or self.exact or self.found or self.next)


def search(viewer: Viewer, wanted: Wanted, *, at: datetime, after: Place | None = None, most: int = PAGE) -> Results:
    """One page (two statements for words alone, a few more for who is known by exactly this).

    Raises: WordsTooLong
    """
    text = wanted.text
    kinds = may_find(viewer, wanted.kinds)
    if not text or not kinds:
        return Results([], [], [], None, None)
    named = Exact([], []) if after else _named(viewer, text, wanted, kinds, at)
    asked = asked_for(viewer, wanted)
    found = find(viewer, asked, at=at, after=after, most=most) if asked.kinds else Found([], None)
    rows = _rows(viewer, [*named.case_ids, *(hit.case_id for hit in found.hits)], at)
    shown = [
        _result(
            hit,
            rows[hit.case_id],
            hit.text if may(viewer, "messages:read", rows[hit.case_id]) else rows[hit.case_id].subject,
            asked.terms,
        )
        for hit in found.hits
        if hit.case_id in rows
    ]
    cases = [_exact(rows[id_], asked.terms) for id_ in named.case_ids if id_ in rows]
    return Results(named.people, cases, shown, found.next, found.looked_to)


def may_find(viewer: Viewer, kinds: frozenset[str]) -> frozenset[str]:
    """The kinds that are asked for (all, when none is) and may be seen."""
    needed = {"case": "cases:read", "message": "messages:read", "note": "messages:read", "customer": "customers:read"}
    return frozenset(kind for kind in kinds or KINDS if viewer.may("cases:read") and viewer.may(needed[kind]))


def asked_for(viewer: Viewer, wanted: Wanted) -> Asked:
    """The part of it that is found by words.

    Raises: WordsTooLong
    """
    return Asked(
        terms=grams.terms(wanted.text),
        kinds=may_find(viewer, wanted.kinds) & WORDS,
        cases=wanted.cases,
        channel=wanted.channel,
        since=wanted.since,
        until=wanted.until,
    )


def _named(viewer: Viewer, text: str, wanted: Wanted, kinds: frozenset[str], at: datetime) -> Exact:
    named = exact.find_named(viewer, text, wanted.cases, at=at)
    is_any_time = wanted.since is None and wanted.until is None and not wanted.channel
    return replace(
        named,
        case_ids=named.case_ids if "case" in kinds and is_any_time else [],
        people=named.people if "customer" in kinds else [],
    )


def _rows(viewer: Viewer, case_ids: Sequence[UUID], at: datetime) -> dict[UUID, Row]:
    """What is shown of these cases (one statement, and one for keys not yet known)."""
    ids = list(dict.fromkeys(case_ids))
    return {row.id: row for row in rows_of(ids, viewer, at=at)} if ids else {}


def _result(hit: Hit, row: Row, text: str, terms: Sequence[str]) -> Result:
    return Result(
        kind=hit.kind,
        at=hit.at,
        row=row,
        pieces=excerpt(text, terms),
        id=hit.id,
        author=hit.author,
        direction=hit.direction,
        channel_kind=hit.channel_kind,
    )


def _exact(row: Row, terms: Sequence[str]) -> Result:
    pieces = excerpt(row.preview, terms)
    return Result("case", row.updated_at, row, pieces, channel_kind=row.channel_kind, is_exact=True)
