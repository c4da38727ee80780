"""Once a case is solved its customer is asked, over their own channel, how it was: not at night, not too often."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.quiet import after_quiet
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.commands.replying import PULLED
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.conversations.queries import written_side
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.voice.links import rating_url
from zhoudao.rooms.voice.models import Asking, FollowUpRule, OptOut, OrderAsking, Rating, Spared

TYPES = ("cases.CaseResolved",)
SOLVED = (Status.RESOLVED, Status.CLOSED)


@frozen
class Moment:
    """The company's time, and the real one."""

    at: datetime
    real_now: datetime


def follow_up_rule() -> FollowUpRule:
    """The rule as it stands."""
    return FollowUpRule.objects.filter(id=1).first() or FollowUpRule()


@transaction.atomic
def on_event(event: Event) -> None:
    """This will plan the question for a solved case, and ask at once when nothing speaks against it."""
    case = _solved(event.primary_id)
    if case is None or Rating.objects.filter(case=case).exists():
        return
    rule = follow_up_rule()
    due_at = _when(case, rule, event.occurred_at)
    asking, is_new = Asking.objects.get_or_create(case=case, defaults={"due_at": due_at})
    if not is_new and asking.spared == Spared.OPEN_AGAIN:
        asking.spared, asking.due_at, is_new = "", due_at, True
    if is_new and due_at <= event.occurred_at:
        _ask(asking, case, rule, Moment(event.occurred_at, event.recorded_at))
    elif is_new:
        asking.save()


@transaction.atomic
def ask_when_due(case_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will ask what was planned for later, if it still fits; safe to repeat."""
    asking = Asking.objects.select_for_update().filter(case_id=case_id, due_at__lte=at).first()
    if asking is None:
        return
    rule = follow_up_rule()
    case = _solved(case_id)
    if case is None:
        _spare(asking, Spared.OPEN_AGAIN)
        return
    asking.due_at = _after_quiet(case, rule, at)  # the clock may have stood still, or the quiet hours changed
    if asking.due_at > at:
        asking.save()
    else:
        _ask(asking, case, rule, Moment(at, real_now))


def _solved(case_id: UUID) -> Case | None:
    around = ("conversation__channel", "store", "customer")
    return (
        Case.objects.select_related(*around).filter(id=case_id, status__in=SOLVED, conversation__isnull=False).first()
    )


def _when(case: Case, rule: FollowUpRule, solved_at: datetime) -> datetime:
    return _after_quiet(case, rule, solved_at + timedelta(minutes=rule.delay_minutes))


def _after_quiet(case: Case, rule: FollowUpRule, at: datetime) -> datetime:
    """What the customer's side fetches by itself rings nowhere, so no hour is quiet for it."""
    thread = _thread(case)
    if thread is None or thread.channel.kind in PULLED:
        return at
    return after_quiet(at, begins=rule.quiet_from, ends=rule.quiet_until, zone=ZoneInfo(case.store.zone))


def _ask(asking: Asking, case: Case, rule: FollowUpRule, when: Moment) -> None:
    thread, why = _thread(case), _why_not(case, rule, when.at)
    if thread is None or why is not None:
        _spare(asking, why or Spared.SPOKEN)
        return
    asking.asked_at, asking.due_at = when.at, None
    asking.save()
    with translation.override(thread.language.lower()):
        text = _("Your case %(number)s is solved. How was our service? One click tells us: %(link)s") % {
            "number": case.number,
            "link": rating_url(case.id),
        }
    reply(
        conversation_id=thread.id,
        text=text,
        by=By(actor="system:voice", store_id=case.store_id),
        author_name="",
        at=when.at,
        is_auto=True,
        real_now=when.real_now,
    )


def _why_not(case: Case, rule: FollowUpRule, at: datetime) -> Spared | None:
    if not rule.is_on:
        return Spared.OFF
    people = _person(case.customer)
    if OptOut.objects.filter(customer_id__in=people).exists():
        return Spared.OPTED_OUT
    return Spared.LATELY if asked_lately(people, rule, at, without=case) else None


def asked_lately(people: Sequence[UUID], rule: FollowUpRule, at: datetime, *, without: Case | None = None) -> bool:
    """Whether this person was asked a short time before, of a case or an order (one statement)."""
    since = at - timedelta(days=rule.rest_days)
    cases = Asking.objects.filter(case__customer_id__in=people, asked_at__gt=since)
    cases = cases.exclude(case=without) if without else cases
    orders = OrderAsking.objects.filter(order__customer_id__in=people, asked_at__gt=since)
    return bool(cases.order_by().values_list("asked_at").union(orders.order_by().values_list("asked_at"), all=True)[:1])


def _thread(case: Case) -> Conversation | None:
    """Where the customer can be asked in writing."""
    return written_side(case.conversation) if case.conversation else None


def _person(customer: Customer) -> list[UUID]:
    """All records of whoever this is."""
    is_alone = customer.merged_into_id is None and not customer.has_joined
    return [customer.id] if is_alone else group_ids(customer.id)


def _spare(asking: Asking, why: Spared) -> None:
    asking.spared, asking.due_at = why, None
    asking.save()
