"""Word to the owners of a product: each is told once, not at night, and it can be stopped."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.quiet import after_quiet
from zhoudao.kit.languages import pick
from zhoudao.kit.text import clip
from zhoudao.rooms.cases.order_ways import way_to
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.quality.commands.holding import check_right, hold_notice, tell
from zhoudao.rooms.quality.events import WordBegan, WordEnded, WordStopped
from zhoudao.rooms.quality.models import Owner, QualityNotice, Told, Word
from zhoudao.rooms.quality.queries.lots import Cohort
from zhoudao.rooms.quality.queries.owners import Goods, owners
from zhoudao.rooms.quality.refusals import NobodyToTell, WordUnderWay, WordUnsaid
from zhoudao.rooms.voice.asking import follow_up_rule

TAGS = ("zh-Hans", "zh-Hant", "en")
ACTOR = "system:quality"
_LONGEST = 1_000


@transaction.atomic
def begin_word(
    *,
    notice_id: UUID,
    texts: Mapping[str, str],
    first: date,
    last: date,
    zone: str,
    to_unknown: bool = False,
    viewer: Viewer,
    at: datetime,
) -> Word:
    """This will have everybody told who got the product from the first to the last day (of head office), unless an
    earlier word of the notice told them. Of a notice about a batch: who got that batch, and `to_unknown` also those of
    whose pieces nobody knows the batch.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver, WordUnsaid, WordUnderWay, NobodyToTell
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    said = {tag: clip(texts.get(tag, "").replace("\0", "").strip(), _LONGEST) for tag in TAGS}
    if not all(said.values()):
        raise WordUnsaid(WordUnsaid.__doc__)
    if notice.words_to_owners.filter(stopped_at=None, finished_at=None).exists():
        raise WordUnderWay(WordUnderWay.__doc__)
    word = Word(notice=notice, texts=said, first_date=first, last_date=last, began_at=at, began_by=viewer.actor)
    word.to_unknown = to_unknown and bool(notice.batch)
    word.save(force_insert=True)
    known = set(notice.owners.values_list("customer_id", flat=True))
    fresh = [one for one in _meant(word, _days(first, last, zone)).items() if one[0] not in known]
    if not fresh:
        raise NobodyToTell(NobodyToTell.__doc__)
    Owner.objects.bulk_create(
        [
            Owner(notice=notice, word=word, customer_id=customer_id, order_id=order_id, due_at=at)
            for customer_id, order_id in fresh
        ],
        batch_size=1_000,
    )
    tell(notice, WordBegan(notice.number, len(fresh)), by=By(viewer.actor), at=at)
    return word


@transaction.atomic
def stop_word(*, notice_id: UUID, viewer: Viewer, at: datetime) -> QualityNotice:
    """This will tell nobody more; those who wait may be told by another word.

    Raises: NotForTheCompany, NoticeNotFound, NoticeOver
    """
    check_right(viewer)
    notice = hold_notice(notice_id)
    word = notice.words_to_owners.select_for_update().filter(stopped_at=None, finished_at=None).first()
    if word is not None:
        word.stopped_at, word.stopped_by = at, viewer.actor
        word.save(update_fields=["stopped_at", "stopped_by"])
        word.owners.filter(state=Told.WAITING).delete()
        tell(notice, WordStopped(notice.number), by=By(viewer.actor), at=at)
    return notice


def owners_due(at: datetime, *, limit: int) -> list[UUID]:
    """Who is to be told now (one statement)."""
    rows = Owner.objects.filter(state=Told.WAITING, due_at__lte=at).order_by("due_at", "id")
    return list(rows.values_list("id", flat=True)[:limit])


@transaction.atomic
def tell_owner(owner_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will tell one owner by the way they are answered, or wait for the morning; safe to repeat."""
    rows = Owner.objects.select_for_update(of=("self",), skip_locked=True).filter(state=Told.WAITING, due_at__lte=at)
    owner = rows.select_related("word", "order__store", "customer").filter(id=owner_id).first()
    if owner is None:
        return
    rule, zone = follow_up_rule(), ZoneInfo(owner.order.store.zone)
    owner.due_at = after_quiet(at, begins=rule.quiet_from, ends=rule.quiet_until, zone=zone)
    if owner.due_at <= at:
        _tell(owner, at, real_now)
    owner.save(update_fields=["due_at", "state", "told_at"])


def words_to_end() -> list[UUID]:
    """Words of which nobody waits any more (one statement)."""
    waiting = Owner.objects.filter(word=OuterRef("pk"), state=Told.WAITING)
    rows = Word.objects.filter(stopped_at=None, finished_at=None).exclude(Exists(waiting))
    return list(rows.values_list("id", flat=True))


@transaction.atomic
def end_word(word_id: UUID, *, at: datetime) -> None:
    """This will note that everybody was told; safe to repeat."""
    word = Word.objects.select_for_update(of=("self",)).select_related("notice").get(id=word_id)
    states = list(word.owners.values_list("state", flat=True))
    if word.is_running and Told.WAITING not in states:
        word.finished_at = at
        word.save(update_fields=["finished_at"])
        told = states.count(Told.TOLD)
        fact = WordEnded(word.notice.number, told, len(states) - told)
        tell(word.notice, fact, by=By("system:clock"), at=at)


def _meant(word: Word, cohort: Cohort) -> dict[UUID, UUID]:
    """Whom a word is for, with the order of theirs it is about: one of the batch before one that may be."""
    notice = word.notice
    found = dict(owners(cohort, Goods(notice.sku, notice.batch)))
    if word.to_unknown:
        found = dict(owners(cohort, Goods(notice.sku, notice.batch, is_unknown=True))) | found
    return found


def _tell(owner: Owner, at: datetime, real_now: datetime) -> None:
    thread = way_to(owner.order, at) if owner.customer.erased_at is None else None
    if thread is None:
        owner.state = Told.UNREACHED
        return
    reply(
        conversation_id=thread.id,
        text=pick(owner.word.texts, thread.language),
        by=By(ACTOR, store_id=owner.order.store_id, channel=owner.order.source),
        author_name="",
        at=at,
        real_now=real_now,
        is_auto=True,
        expects_answer=False,
    )
    owner.state, owner.told_at = Told.TOLD, at


def _days(first: date, last: date, zone: str) -> Cohort:
    start, end = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (first, last + timedelta(days=1)))
    return Cohort(start, end, end)
