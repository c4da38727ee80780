"""Until when a device is under warranty, because of what: answered at once, from the terms it was registered with."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

from zhoudao.ground.decisions.queries import DecisionNotFound, live_tables, whole
from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.repairs.kinds import Fault, Part
from zhoudao.rooms.repairs.models import Device
from zhoudao.rooms.repairs.tables import WARRANTY

MOST_MONTHS = 240
COVERED, PART, EXTENDED, OVER, PART_OVER = "covered", "part", "extended", "over", "part_over"
NO_DATE, NO_TERMS, MISUSE, GOODWILL = "no_date", "no_terms", "misuse", "goodwill"
WHY: dict[str, LazyText] = {
    COVERED: pgettext_lazy("warranty", "it is under warranty"),
    PART: pgettext_lazy("warranty", "this part has a longer warranty of its own"),
    EXTENDED: pgettext_lazy("warranty", "its warranty was extended"),
    OVER: pgettext_lazy("warranty", "the warranty is over"),
    PART_OVER: pgettext_lazy("warranty", "the warranty of this part is over"),
    NO_DATE: pgettext_lazy("warranty", "nobody knows when it was bought"),
    NO_TERMS: pgettext_lazy("warranty", "there are no terms for it: a colleague decides"),
    MISUSE: pgettext_lazy("warranty", "it was damaged or used otherwise than meant"),
    GOODWILL: pgettext_lazy("warranty", "a colleague grants it"),
}
TERMS: dict[str, LazyText] = {
    "law": pgettext_lazy("warranty terms", "the legal term (preset, check with counsel)"),
    "house": pgettext_lazy("warranty terms", "our own term"),
    "chosen": pgettext_lazy("warranty terms", "our longer term for chosen goods"),
}
PART_OF: dict[str, Part] = {
    Fault.CONTROL: Part.MAINBOARD,
    Fault.MOTOR: Part.MOTOR,
    Fault.COOLING: Part.COMPRESSOR,
    Fault.SCREEN: Part.SCREEN,
    Fault.BATTERY: Part.BATTERY,
}
name_codes({f"warranty_{code}": words for code, words in WHY.items()})


@frozen
class Terms:
    """How many months: of the whole, and of parts that differ. `version` is None where there is no table."""

    months: int
    parts: Mapping[str, int]
    why: str
    version: int | None


@frozen
class Standing:
    """Whether a device, or one part of it, is covered on a day; until when, and because of what."""

    is_covered: bool
    until: date | None
    why: str
    version: int | None

    @property
    def words(self) -> LazyText:
        """Because of what, in words."""
        return WHY[self.why]


def terms_for(asked: Mapping[str, str]) -> Terms:
    """What the table gives goods like these (sku, brand, category, channel, store); where it is silent, nothing."""
    try:
        table = live_tables(WARRANTY)[WARRANTY]
    except DecisionNotFound:
        return Terms(0, {}, "", None)
    said, _row = table.ask({**asked, "part": ""})
    months = whole(said, "months", most=MOST_MONTHS)
    each = {part.value: table.ask({**asked, "part": part.value})[0] for part in Part}
    parts = {part: whole(own, "months", most=MOST_MONTHS) for part, own in each.items()}
    why = str((said or {}).get("why") or "")
    return Terms(months, {part: own for part, own in parts.items() if own != months}, why, table.version)


def standing(device: Device, day: date, fault: str = "") -> Standing:
    """Whether it is covered on this day: as a whole, or the part this fault means (one statement at most)."""
    begins, version = device.begins, device.terms_version
    if begins is None:
        return Standing(False, None, NO_DATE, version)
    more = sum(one.months for one in device.extensions.all())
    own = device.parts_months.get(PART_OF.get(fault, ""))
    months = device.warranty_months + more
    if own is not None:
        part_until = later(begins, max(own, months) if own > device.warranty_months else own + more)
        return Standing(day <= part_until, part_until, PART if day <= part_until else PART_OVER, version)
    if not months:
        return Standing(False, None, NO_TERMS, version)
    until = later(begins, months)
    if day > until:
        return Standing(False, until, OVER, version)
    return Standing(True, until, EXTENDED if more and day > later(begins, months - more) else COVERED, version)


def parts_until(device: Device) -> Sequence[tuple[Part, date]]:
    """Until when parts are covered whose term is another."""
    begins = device.begins
    known = [(part, device.parts_months[part.value]) for part in Part if part.value in device.parts_months]
    return [(part, later(begins, months)) for part, months in known] if begins else []


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month.

    >>> later(date(2025, 1, 31), 13)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
