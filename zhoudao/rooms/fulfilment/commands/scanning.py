"""What every station does with a scan: known before, noted, said."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fulfilment.commands.holding import tell_wave
from zhoudao.rooms.fulfilment.events import WrongScan
from zhoudao.rooms.fulfilment.models import WRONG, Outcome, Scan, Station, Tote, Wave

_LONGEST = 80


@frozen
class Scanned:
    """What a scan was: `sku` and `tote` are what it was for, or should have been; `stopped` are orders' numbers;
    `batch` what it said besides.
    """

    outcome: Outcome
    text: str = ""
    sku: str = ""
    quantity: int = 1
    tote: str = ""
    stopped: tuple[str, ...] = ()
    batch: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether something else should have been scanned."""
        return self.outcome in WRONG


@frozen
class Read:
    """What a scanner typed, how many of it, and the scan's own key."""

    text: str
    quantity: int = 1
    key: UUID | None = None

    @property
    def words(self) -> str:
        """As it is compared and kept."""
        return self.text.strip().replace("\0", "")[:_LONGEST]


def before(read: Read) -> Scanned | None:
    """What a scan that came before with this key was."""
    one = Scan.objects.filter(key=read.key).select_related("tote").first() if read.key else None
    if one is None:
        return None
    return Scanned(Outcome(one.outcome), one.text, one.sku, one.quantity, one.tote.code if one.tote else "")


def note(
    wave: Wave, station: Station, read: Read, found: Scanned, *, tote: Tote | None = None, by: By, at: datetime
) -> Scanned:
    """This will keep a scan of a held wave, and tell of it when it was wrong."""
    Scan.objects.create(
        key=read.key,
        wave=wave,
        tote=tote,
        warehouse_id=wave.warehouse_id,
        station=station,
        outcome=found.outcome,
        text=read.words,
        sku=found.sku,
        quantity=found.quantity,
        actor=by.actor,
        at=at,
    )
    if found.is_wrong:
        fact = WrongScan(wave.number, station.value, f"scan_{found.outcome.value}", found.sku)
        tell_wave(wave, fact, by=by, at=at)
    return found
