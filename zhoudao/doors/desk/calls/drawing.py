"""A draft of an order as it is shown: the text with what was found in it, and beside each field where it comes from."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.doors.desk.counter.order_lines import Row
from zhoudao.doors.desk.orders.hold_words import FAULTS
from zhoudao.engines.drafting import Draft, Found, Line, Span
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip
from zhoudao.rooms.orders.queries.drafts import Drafted

FIELDS = ("name", "phone", "province", "city", "district", "street", "remark")
_OF_FORM = {"street": "address"}
_SURE, _LIKELY = 0.85, 0.6
_LONGEST = 60  # characters of the text that are repeated beside a field
_DOUBTS: dict[str, LazyText] = {
    "vague": gettext_lazy("The text gives no exact number."),
    "outside": gettext_lazy("A quantity is a whole number from 1 to 9,999."),
    "contradicts": gettext_lazy("The text gives different numbers."),
    "assumed": gettext_lazy("No number was said: one is taken."),
    "several": gettext_lazy("There is more than one in the text."),
    "hidden": gettext_lazy("Some digits are hidden."),
    "phone_wrong": gettext_lazy("This is no telephone number."),
    "surname": gettext_lazy("Only the surname was said."),
    **FAULTS,
}


@frozen
class Hint:
    """Where the value of a field was read, how sure that is (sure, likely, check) and what is wrong with it."""

    place: str  # the mark in the text
    said: str
    level: str
    doubts: tuple[str, ...]


@frozen
class Piece:
    """A piece of the text; with a place it is marked as a find of this kind."""

    text: str
    kind: str = ""
    place: str = ""


@frozen
class Choice:
    """Words that may mean several articles: `options` are (what the button says, number, name)."""

    said: str
    quantity: int | None
    doubts: tuple[str, ...]
    options: Sequence[tuple[str, str, str]]


def values_of(draft: Draft) -> dict[str, str]:
    """What the form's fields are filled with; a number with hidden digits is nobody's."""
    found = {_OF_FORM.get(name, name): getattr(draft, name) for name in FIELDS}
    return {name: one.value for name, one in found.items() if one.value and "hidden" not in one.doubts}


def rows_from(drafted: Drafted) -> list[Row]:
    """The lines of which the article is certain; where the number is not, it is left empty."""
    lines = [line for line in drafted.draft.lines if line.sku in drafted.items]
    return [Row(one.sku, str(drafted.items[one.sku]), str(one.quantity or "")) for one in lines]


def hinted(rows: Iterable[Row], draft: Draft, text: str) -> None:
    """This will say on each line where it was read."""
    by_sku: dict[str, tuple[int, Line]] = {}
    for place, line in enumerate(draft.lines):
        for sku in (line.sku,) if line.sku else line.others:
            by_sku.setdefault(sku, (place, line))
    for row in rows:
        if row.sku in by_sku:
            place, line = by_sku[row.sku]
            doubts = [one for one in line.doubts if one != "several"]  # a person chose
            row.hint = Hint(f"find-{place}", _said(line.spans, text), _level(line), _words(doubts))


def hints_of(draft: Draft, text: str) -> dict[str, Hint]:
    """By field of the form."""
    found = {name: getattr(draft, name) for name in FIELDS}
    return {
        _OF_FORM.get(name, name): Hint(f"find-{name}", _said(one.spans, text), _level(one), _doubted(one))
        for name, one in found.items()
        if one.spans
    }


def choices_of(drafted: Drafted, rows: Iterable[Row], text: str) -> list[Choice]:
    """What a person has to choose: words of which no article is in the order yet."""
    ordered = {row.sku for row in rows}
    lines = [line for line in drafted.draft.lines if not line.sku and not ordered & set(line.others)]
    return [_choice(line, drafted, text) for line in lines]


def pieces_of(draft: Draft, text: str) -> list[Piece]:
    """The text in pieces, of which those that were read are marked; overlapping ones are the first's."""
    marks = sorted(_marks(draft), key=lambda mark: (mark[0].start, mark[0].end))
    pieces, done, named = [], 0, set[str]()
    for span, kind, place in marks:
        if span.start < done:
            continue
        pieces += [
            Piece(text[done : span.start]),
            Piece(text[span.start : span.end], kind, "" if place in named else place),
        ]
        named.add(place)
        done = span.end
    return [one for one in (*pieces, Piece(text[done:])) if one.text]


def _marks(draft: Draft) -> Iterator[tuple[Span, str, str]]:
    for number, line in enumerate(draft.lines):
        yield from ((span, "goods", f"find-{number}") for span in line.spans)
    for one in draft.unknown:
        yield one.span, "unknown", f"find-at-{one.span.start}"
    for name in FIELDS:
        kind = "where" if name in ("province", "city", "district", "street") else name
        yield from ((span, kind, f"find-{name}") for span in getattr(draft, name).spans)


def _choice(line: Line, drafted: Drafted, text: str) -> Choice:
    items = [drafted.items[sku] for sku in line.others if sku in drafted.items]
    options = [(f"take:{line.quantity or ''}:{item.sku}", item.sku, str(item)) for item in items]
    doubts = _words(one for one in line.doubts if one != "several")
    return Choice(_said(line.spans, text), line.quantity, doubts, options)


def _said(spans: Sequence[Span], text: str) -> str:
    return clip(" … ".join(dict.fromkeys(text[span.start : span.end] for span in spans)), _LONGEST)


def _level(one: Line | Found) -> str:
    if one.doubts or one.sure < _LIKELY:
        return "check"
    return "sure" if one.sure >= _SURE else "likely"


def _words(doubts: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(_DOUBTS[one]) for one in doubts)


def _doubted(found: Found) -> tuple[str, ...]:
    others = (_("Also said: %(others)s") % {"others": ", ".join(found.others[:3])},) if found.others else ()
    return (*_words(found.doubts), *others)
