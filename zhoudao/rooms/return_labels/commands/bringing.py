"""Prepaid numbers brought by file: all of it or nothing, and what is wrong said row by row."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.tables import TableUnreadable, rows_of
from zhoudao.rooms.parcels.carriers import CARRIERS, is_number, tidied_number
from zhoudao.rooms.parcels.commands.labels import OWN
from zhoudao.rooms.parcels.events import carrier_word
from zhoudao.rooms.return_labels.events import NumbersBrought
from zhoudao.rooms.return_labels.models import Pool, PrepaidNumber
from zhoudao.rooms.return_labels.refusals import ColumnsMissing, NumbersUnsound, Wrong
from zhoudao.rooms.stock.models import Warehouse

MOST_NUMBERS = 20_000
_LONGEST = 60  # of what is quoted from a row
_COLUMNS = {
    "carrier": ("carrier", "承运商", "承運商", "快递公司", "快遞公司", "物流公司"),
    "number": ("number", "tracking number", "waybill", "单号", "單號", "运单号", "運單號", "快递单号", "快遞單號"),
    "valid": ("valid until", "last valid day", "有效期至", "有效期", "截止日期"),
    "place": ("warehouse", "place", "仓库", "倉庫", "退货仓", "退貨倉"),
}
_NEEDED = ("carrier", "number")


@frozen
class Row:
    """A sound row: a carrier's code, its number, the last day it is good for, and where it leads."""

    carrier: str
    number: str
    valid_until: date | None
    warehouse_id: UUID | None


@transaction.atomic
def bring_numbers(*, content: bytes, day: date, by: By, at: datetime) -> Mapping[str, int]:
    """This will take over the prepaid numbers of a CSV or Excel file, all or nothing; returns how many of each carrier.
    `day`: numbers that are over before it are wrong.

    Raises: TableUnreadable, ColumnsMissing, NumbersUnsound
    """
    rows = rows_of(content, is_strict=True)
    head = _head(next(rows, []))
    wrong: list[Wrong] = []
    sound = _sound(rows, head, day, wrong)
    pools = _pools({row.carrier for row in sound.values()})
    wrong += _known(sound, pools)
    if wrong:
        raise NumbersUnsound(sorted(wrong, key=lambda one: one.row))
    counts = dict.fromkeys(sorted(pools), 0)
    new = []
    for row in sound.values():
        counts[row.carrier] += 1
        more = {"valid_until": row.valid_until, "warehouse_id": row.warehouse_id, "brought_at": at}
        new.append(PrepaidNumber(pool=pools[row.carrier], number=row.number, **more))
    PrepaidNumber.objects.bulk_create(new, batch_size=2_000)
    for carrier, count in counts.items():
        fact = NumbersBrought(carrier_word(carrier), count)
        record(fact, at=at, by=by, about=[About("label_pool", pools[carrier].id)])
    return counts


def _head(row: Sequence[str]) -> dict[str, int]:
    """Which column says what. Raises: ColumnsMissing."""
    titles = [title.strip().lower() for title in row]
    found = {
        name: next(place for place, title in enumerate(titles) if title in words)
        for name, words in _COLUMNS.items()
        if set(titles) & set(words)
    }
    if missing := [name for name in _NEEDED if name not in found]:
        raise ColumnsMissing(missing)
    return found


def _sound(rows: Iterator[list[str]], head: Mapping[str, int], day: date, wrong: list[Wrong]) -> dict[int, Row]:
    """The rows that can be taken by their number in the file; what is wrong with others is added to `wrong`.

    Raises: TableUnreadable
    """
    carriers = _carriers()
    places = dict(Warehouse.objects.filter(closed_at=None).values_list("code", "id"))
    sound: dict[int, Row] = {}
    first: dict[tuple[str, str], int] = {}
    for place, row in enumerate(rows, start=2):
        if not any(row):
            continue
        if len(sound) + len(wrong) >= MOST_NUMBERS:
            raise TableUnreadable(f"The file has more than {MOST_NUMBERS:,} rows.", "many")
        said = {name: row[at] if at < len(row) else "" for name, at in head.items()}
        found = _read(said, carriers, places, day)
        if isinstance(found, Row) and (before := first.setdefault((found.carrier, found.number), place)) != place:
            wrong.append(Wrong(place, "twice", str(before)))
        elif isinstance(found, Row):
            sound[place] = found
        else:
            wrong.append(Wrong(place, found, said[_QUOTED[found]][:_LONGEST]))
    if not sound and not wrong:
        raise TableUnreadable("The file has no rows.", "none")
    return sound


_QUOTED = {"carrier": "carrier", "number": "number", "day": "valid", "over": "valid", "place": "place"}


def _read(said: Mapping[str, str], carriers: Mapping[str, str], places: Mapping[str, UUID], day: date) -> Row | str:
    """What a row says, or what is wrong with it."""
    carrier, number = carriers.get(said["carrier"].lower(), ""), tidied_number(said["number"])
    place, last = said.get("place", "").lower(), said.get("valid", "")
    if not carrier:
        return "carrier"
    if not is_number(number):
        return "number"
    try:
        until = date.fromisoformat(last.replace("/", "-")) if last else None
    except ValueError:
        return "day"
    if until is not None and until < day:
        return "over"
    if place and place not in places:
        return "place"
    return Row(carrier, number, until, places.get(place))


def _carriers() -> dict[str, str]:
    """Carriers' codes by what people call them, in any of our languages."""
    known = {code: code for code in CARRIERS if code != OWN}
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            known |= {str(CARRIERS[code]).lower(): code for code in known.values()}
    return known


def _pools(carriers: set[str]) -> dict[str, Pool]:
    """The carriers' pools, locked, so that two files of one carrier come after each other."""
    Pool.objects.bulk_create([Pool(carrier=one) for one in sorted(carriers)], ignore_conflicts=True)
    rows = Pool.objects.select_for_update().filter(carrier__in=carriers).order_by("carrier")
    return {one.carrier: one for one in rows}


def _known(sound: Mapping[int, Row], pools: Mapping[str, Pool]) -> list[Wrong]:
    numbers = {row.number for row in sound.values()}
    rows = PrepaidNumber.objects.filter(pool__in=list(pools.values()), number__in=numbers)
    there = set(rows.values_list("pool__carrier", "number"))
    return [Wrong(place, "known", row.number) for place, row in sound.items() if (row.carrier, row.number) in there]
