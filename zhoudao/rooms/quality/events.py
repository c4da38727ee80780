"""What happens to quality notices."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.rooms.quality.models import Addressee, Measure

name_codes({f"notice_to_{choice.value}": choice.label for choice in Addressee})
name_codes({f"measure_{choice.value}": choice.label for choice in Measure})


@dataclass(frozen=True)
class NoticeOpened(Fact):
    """A fault is somebody's to answer for; `is_found`: by the clock, of so many products tested."""

    name: ClassVar[str] = "quality.NoticeOpened"
    words: ClassVar = _("Quality notice %(number)s was opened for %(sku)s")
    number: str
    sku: str
    is_found: bool
    cases: int
    tests: int


@dataclass(frozen=True)
class NoticeAddressed(Fact):
    """It was said who answers, and by when."""

    name: ClassVar[str] = "quality.NoticeAddressed"
    words: ClassVar = _("Quality notice %(number)s went to: %(addressee)s")
    number: str
    addressee: str
    due_at: str


@dataclass(frozen=True)
class NoticeLate(Fact):
    """Nobody answered in time."""

    name: ClassVar[str] = "quality.NoticeLate"
    words: ClassVar = _("Quality notice %(number)s was not answered in time")
    number: str


@dataclass(frozen=True)
class NoticeAnswered(Fact):
    """Somebody answered what was found, and what is done."""

    name: ClassVar[str] = "quality.NoticeAnswered"
    words: ClassVar = _("Quality notice %(number)s was answered: %(measure)s")
    number: str
    measure: str


@dataclass(frozen=True)
class NoticeClosed(Fact):
    """It is settled."""

    name: ClassVar[str] = "quality.NoticeClosed"
    words: ClassVar = _("Quality notice %(number)s was closed")
    number: str


@dataclass(frozen=True)
class WordBegan(Fact):
    """So many owners are being told."""

    name: ClassVar[str] = "quality.WordBegan"
    words: ClassVar = _("%(owners)s owners are told of quality notice %(number)s")
    number: str
    owners: int


@dataclass(frozen=True)
class WordStopped(Fact):
    """Somebody stopped it; those who were told were told."""

    name: ClassVar[str] = "quality.WordStopped"
    words: ClassVar = _("Telling owners of quality notice %(number)s was stopped")
    number: str


@dataclass(frozen=True)
class WordEnded(Fact):
    """Everybody who can be reached was told."""

    name: ClassVar[str] = "quality.WordEnded"
    words: ClassVar = _("Owners were told of quality notice %(number)s: %(told)s; not reached: %(unreached)s")
    number: str
    told: int
    unreached: int
