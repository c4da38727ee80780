"""Quality notices as they are listed and found, with what belongs to one."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Count, Q

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.orders.models import SaleStop
from zhoudao.rooms.quality.models import Evidence, Look, QualityNotice, Stage, Told, Word

PAGE = 25


def notice_page(*, stage: str = "", after: UUID | None = None) -> tuple[list[QualityNotice], UUID | None]:
    """The newest notices, those not closed unless a stage is asked for (one statement)."""
    rows = QualityNotice.objects.all() if stage == "all" else QualityNotice.objects.exclude(stage=Stage.CLOSED)
    if after is not None:
        rows = rows.filter(id__lt=after)
    rows = rows.select_related("team").annotate(cases=Count("evidence"))
    found: list[QualityNotice] = list(rows.order_by("-id")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def notice_named(number: str) -> QualityNotice | None:
    """One notice (one statement)."""
    return QualityNotice.objects.select_related("team").filter(number=number).first()


def numbers_of(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The numbers of these notices (one statement)."""
    return dict(QualityNotice.objects.filter(id__in=list(ids)).values_list("id", "number"))


def evidence_of(notice: QualityNotice, seen: Q) -> list[Evidence]:
    """What shows it, as far as it may be seen, the newest first, with photos (two statements)."""
    rows = Evidence.objects.filter(notice=notice).filter(seen).select_related("request__order")
    return list(rows.prefetch_related("request__photos").order_by("-request_id")[:50])


def stop_of(notice: QualityNotice) -> SaleStop | None:
    """What stops its product, or the batch of it, because of it (one statement)."""
    return SaleStop.objects.filter(reference=notice.number, lifted_at=None).first()


def last_look() -> Look | None:
    """When the clock looked last, and how many products it tested (one statement)."""
    return Look.objects.order_by("-date").first()


@frozen
class Progress:
    """How far a word has come."""

    word: Word
    told: int
    unreached: int
    waiting: int

    @property
    def whole(self) -> int:
        """All of them."""
        return self.told + self.unreached + self.waiting

    @property
    def done(self) -> int:
        """Those nobody has to see to any more."""
        return self.told + self.unreached


def progress_of(notice: QualityNotice) -> list[Progress]:
    """Its words, the newest first (two statements)."""
    words = list(notice.words_to_owners.order_by("-began_at", "-id"))
    rows = notice.owners.order_by().values_list("word_id", "state").annotate(n=Count("id"))
    counts = {(word_id, state): n for word_id, state, n in rows}
    return [
        Progress(one, *(counts.get((one.id, state.value), 0) for state in (Told.TOLD, Told.UNREACHED, Told.WAITING)))
        for one in words
    ]
