"""What the clock looks for. Every function yields (what, call); calls are safe to repeat."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.conduct.flows.calls import open_call
from zhoudao.conduct.flows.commands import due_timers, fire_timer
from zhoudao.conduct.flows.commands.clocking import check_step, due_steps
from zhoudao.conduct.flows.models import Push
from zhoudao.conduct.flows.pushing import tell_progress
from zhoudao.doors.clock.stalled import retry_stalled
from zhoudao.ground.eventlog.models import Event, Handled, Subscription
from zhoudao.ground.installation.clock import zone as installation_zone
from zhoudao.ground.notices.commands import people_to_mail
from zhoudao.ground.webhooks import queries as webhooks
from zhoudao.ground.webhooks.commands.forgetting import forget_old
from zhoudao.ground.webhooks.commands.handing_on import hand_on
from zhoudao.ground.webhooks.commands.sending import bury_lost
from zhoudao.rooms.bookings.commands.booking import let_go_of_expired
from zhoudao.rooms.bookings.commands.calling import calls_due
from zhoudao.rooms.bookings.commands.telling import send_letter
from zhoudao.rooms.bookings.commands.watching import tell_of_misfits
from zhoudao.rooms.bookings.models import Booking, Letter
from zhoudao.rooms.cases.commands.closing import GRACE, close_after_grace
from zhoudao.rooms.cases.commands.hearing import hear_customers
from zhoudao.rooms.cases.commands.paging import page_next
from zhoudao.rooms.cases.commands.promising import check_promise
from zhoudao.rooms.cases.commands.queueing import fill_queue
from zhoudao.rooms.cases.commands.rerouting import overflow_case
from zhoudao.rooms.cases.commands.snoozing import wake_case
from zhoudao.rooms.cases.models import Alarm, Case, Promise, Status
from zhoudao.rooms.conversations.commands.counting import count_hours, judge_channel
from zhoudao.rooms.conversations.commands.indexing import index_behind
from zhoudao.rooms.conversations.commands.suggesting import suggest_by_orders
from zhoudao.rooms.conversations.indexing import VERSION
from zhoudao.rooms.conversations.models import Channel, Listening, Message
from zhoudao.rooms.customers.commands.suggesting import suggest_by_identities
from zhoudao.rooms.customers.members import suggest_contacts
from zhoudao.rooms.entrances.commands.asking import forget_old_codes
from zhoudao.rooms.fulfilment.commands.sheets import forget_sheets
from zhoudao.rooms.incidents.commands.reviewing import remind_of_action
from zhoudao.rooms.incidents.models import Action, Round
from zhoudao.rooms.orders.commands.approving_together import PASSED
from zhoudao.rooms.orders.commands.handing_in import forget_lists
from zhoudao.rooms.orders.commands.posts import forget_posts, waiting_since, wake_taker
from zhoudao.rooms.orders.handlers import wake_approver
from zhoudao.rooms.orders.models import Order, OrderList
from zhoudao.rooms.parcels.commands.lanes import count_lanes, lanes_are_old
from zhoudao.rooms.parcels.commands.reports import forget_reports, unread_since, wake_reader
from zhoudao.rooms.parcels.commands.tracking import expire_parcel, silent_since
from zhoudao.rooms.parcels.commands.watching import look_at_parcel, to_look_at
from zhoudao.rooms.parcels.models import TrackingSource
from zhoudao.rooms.parcels.setups import asked_kinds
from zhoudao.rooms.repairs.commands.reading import forget_readings
from zhoudao.rooms.tallies.commands import count_again, sweep
from zhoudao.rooms.targets.improving import remind_of_improvement
from zhoudao.rooms.targets.models import Improvement
from zhoudao.rooms.teamwork.approving import check_approval
from zhoudao.rooms.teamwork.errands import check_errand
from zhoudao.rooms.teamwork.models import Approval, Errand
from zhoudao.rooms.visits.commands.linking import forget_old_visits
from zhoudao.rooms.visits.commands.taking import end_day
from zhoudao.rooms.visits.models import Turn
from zhoudao.rooms.voice.asking import ask_when_due
from zhoudao.rooms.voice.following_up import ask_after_order
from zhoudao.rooms.voice.models import Asking, OrderAsking
from zhoudao.rooms.worth.commands import weigh_customers

_BATCH = 200
_ROUND_SILENCE = timedelta(seconds=20)
_PASSED_SILENCE = timedelta(seconds=30)
_READ_SILENCE = timedelta(seconds=30)
Knock = tuple[str, Callable[[], Any]]


def promises_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Promises to warn of or that are broken now."""
    rows = Promise.objects.filter(next_check_at__lte=at).order_by("next_check_at")
    for promise_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"promise {promise_id}", partial(check_promise, promise_id, at=at)


def timers_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Flow timers whose moment has come."""
    for timer_id in due_timers(at, limit=_BATCH):
        yield f"timer {timer_id}", partial(fire_timer, timer_id=timer_id, at=at)


def steps_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Steps to warn of or that are late now."""
    for task_id in due_steps(at, limit=_BATCH):
        yield f"step {task_id}", partial(check_step, task_id, at=at)


def cases_to_wake(at: datetime, real: datetime) -> Iterator[Knock]:
    """Snoozed cases that come back."""
    rows = Case.objects.filter(status=Status.SNOOZED, snoozed_until__lte=at)
    for case_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"wake {case_id}", partial(wake_case, case_id, at=at)


def cases_to_close(at: datetime, real: datetime) -> Iterator[Knock]:
    """Resolved cases whose grace period is over."""
    rows = Case.objects.filter(status=Status.RESOLVED, resolved_at__lte=at - GRACE)
    for case_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"close {case_id}", partial(close_after_grace, case_id, at=at)


def pages_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Urgent cases whose page nobody answered."""
    for case_id in Alarm.objects.filter(next_at__lte=at).values_list("case_id", flat=True)[:_BATCH]:
        yield f"page {case_id}", partial(page_next, case_id, at=at)


def queues_to_fill(at: datetime, real: datetime) -> Iterator[Knock]:
    """Teams whose cases wait: a shift may have begun, a hold run out. Then those another team is asked for."""
    waiting = Case.objects.filter(Q(owner=None), status__in=[Status.NEW, Status.OPEN], team__isnull=False)
    for team_id in waiting.order_by().values_list("team_id", flat=True).distinct():
        if team_id is not None:
            yield f"queue {team_id}", partial(fill_queue, team_id, at=at)
    late = Case.objects.filter(owner=None, overflow_at__lte=at, status__in=[Status.NEW, Status.OPEN])
    for case_id in late.order_by("overflow_at", "id").values_list("id", flat=True)[:_BATCH]:
        yield f"overflow {case_id}", partial(overflow_case, case_id, at=at)


def mailboxes_to_poll(at: datetime, real: datetime) -> Iterator[Knock]:
    """Mailboxes due for a look."""
    for channel in Channel.objects.filter(kind="email", is_active=True):
        seconds = int(channel.config.get("poll_seconds", 20))
        last = channel.state.get("poll_asked_at")
        if last is None or datetime.fromisoformat(last) + timedelta(seconds=seconds) <= real:
            yield f"mailbox {channel.code}", partial(_ask_to_poll, channel, real)


def channels_to_judge(at: datetime, real: datetime) -> Iterator[Knock]:
    """What each channel brought is counted, then whether one has fallen silent."""
    yield "channel hours", partial(count_hours, at=at)
    for channel_id in Channel.objects.filter(is_active=True).values_list("id", flat=True):
        yield f"channel {channel_id}", partial(judge_channel, channel_id, at=at)


def errands_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Answers other teams owe soon, or since now."""
    rows = Errand.objects.filter(next_at__lte=at).order_by("next_at")
    for errand_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"errand {errand_id}", partial(check_errand, errand_id, at=at)


def questions_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Customers to be asked how it was, now that the delay or the night is over."""
    rows = Asking.objects.filter(due_at__lte=at).order_by("due_at")
    for case_id in rows.values_list("case_id", flat=True)[:_BATCH]:
        yield f"question {case_id}", partial(ask_when_due, case_id, at=at, real_now=real)
    due = OrderAsking.objects.filter(due_at__lte=at).order_by("due_at")
    for order_id in due.values_list("order_id", flat=True)[:_BATCH]:
        yield f"question {order_id}", partial(ask_after_order, order_id, at=at, real_now=real)


def progress_to_tell(at: datetime, real: datetime) -> Iterator[Knock]:
    """Customers whose case went on, or whose promise was missed, and who were not told yet."""
    rows = Push.objects.filter(due_at__lte=at).order_by("due_at")
    for case_id in rows.values_list("case_id", flat=True)[:_BATCH]:
        yield f"progress {case_id}", partial(tell_progress, case_id, at=at, real_now=real)


def orders_to_approve(at: datetime, real: datetime) -> Iterator[Knock]:
    """Orders that passed the review, or fell short, a while ago: if whoever goes on with them was killed on the way."""
    short = Order.objects.filter(short_at__lte=at - _PASSED_SILENCE)
    if Order.objects.filter(PASSED, reviewed_at__lte=at - _PASSED_SILENCE).exists() or short.exists():
        yield "orders to approve", wake_approver


def parcels_to_look_at(at: datetime, real: datetime) -> Iterator[Knock]:
    """Parcels of which something may be found now: that they stand still, or will hardly arrive in time."""
    for parcel_id in to_look_at(at, limit=_BATCH):
        yield f"parcel {parcel_id}", partial(look_at_parcel, parcel_id, at=at)


def parcels_unheard(at: datetime, real: datetime) -> Iterator[Knock]:
    """Parcels of which nothing was heard for a month; what lanes take; and reports that are read or to be read."""
    for parcel_id in silent_since(at, limit=_BATCH):
        yield f"silent parcel {parcel_id}", partial(expire_parcel, parcel_id, at=at)
    yield "old reports", partial(forget_reports, at=at)
    if lanes_are_old(at):
        yield "lanes", partial(count_lanes, at=at)


def tracking_to_do(at: datetime, real: datetime) -> Iterator[Knock]:
    """Reports whose reader was killed, and sources to be asked where parcels are."""
    if unread_since(at - _READ_SILENCE):
        yield "reports to read", wake_reader
    if TrackingSource.objects.filter(is_active=True, kind__in=asked_kinds()).exists() and not is_queued("tracking.ask"):
        yield "parcels to ask about", partial(app.configure_task("tracking.ask", queue="webhooks").defer)


def storefronts_to_take(at: datetime, real: datetime) -> Iterator[Knock]:
    """What shops posted and whoever should have taken it was killed; and what nobody dealt with for long."""
    if waiting_since(at - _READ_SILENCE):
        yield "posts of shops", wake_taker
    yield "old posts of shops", partial(forget_posts, at=at)


def actions_late(at: datetime, real: datetime) -> Iterator[Knock]:
    """What is to be done after an incident, and was not by its day."""
    today = at.astimezone(installation_zone()).date()
    rows = Action.objects.filter(done_at=None, told_late_at=None, due_date__lt=today).order_by("due_date", "id")
    for action_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"action {action_id}", partial(remind_of_action, action_id, at=at)


def improvements_late(at: datetime, real: datetime) -> Iterator[Knock]:
    """What is to be done about a missed target, and was not by its day."""
    today = at.astimezone(installation_zone()).date()
    rows = Improvement.objects.filter(done_at=None, told_late_at=None, due_date__lt=today).order_by("due_date", "id")
    for improvement_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"improvement {improvement_id}", partial(remind_of_improvement, improvement_id, at=at)


def surges_to_find(at: datetime, real: datetime) -> Iterator[Knock]:
    """The analyst looks whether many new cases have one cause."""
    if not is_queued("incidents.look_for_surges"):
        job = app.configure_task("incidents.look_for_surges", queue="analyst")
        yield "surges", partial(job.defer, at=at.isoformat())


def rounds_to_resume(at: datetime, real: datetime) -> Iterator[Knock]:
    """What is said or done to all cases of an incident, if whoever did it was killed on the way."""
    silent = Round.objects.filter(state__in=["running", "undoing"], worked_at__lt=real - _ROUND_SILENCE)
    for round_id in silent.values_list("id", flat=True)[:_BATCH]:
        if not is_queued("incidents.work_round"):
            job = app.configure_task("incidents.work_round")
            yield f"round {round_id}", partial(job.defer, round_id=str(round_id))


def lists_to_resume(at: datetime, real: datetime) -> Iterator[Knock]:
    """Lists of orders that were to be read or taken in, if whoever did it failed; what takes longer than a day does."""
    rows = OrderList.objects.filter(handed_in_at__gt=at - timedelta(days=1))
    for state, task in (("reading", "desk.read_list"), ("running", "desk.take_list")):
        for list_id in rows.filter(state=state).values_list("id", flat=True)[:_BATCH]:
            if not ProcrastinateJob.objects.filter(task_name=task, status__in=("todo", "doing")).exists():
                yield f"list {list_id}", partial(app.configure_task(task).defer, list_id=str(list_id))


def approvals_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """Approvals nobody gave or refused yet: reminded of, then passed on."""
    rows = Approval.objects.filter(next_at__lte=at).order_by("next_at")
    for approval_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"approval {approval_id}", partial(check_approval, approval_id, at=at)


def notices_to_mail(at: datetime, real: datetime) -> Iterator[Knock]:
    """Notices whose quiet hours are over, or that nobody read at the desk."""
    if people_to_mail(at=at, real_now=real, limit=1) and not is_queued("channels.mail_notices"):
        yield "notices to mail", partial(app.configure_task("channels.mail_notices").defer)


def stuck_work(at: datetime, real: datetime) -> Iterator[Knock]:
    """Messages never sent and deliveries never parsed: their job was lost with its process."""
    if not is_queued("channels.sweep"):
        yield "stuck work", partial(app.configure_task("channels.sweep").defer)


def lookalikes(at: datetime, real: datetime) -> Iterator[Knock]:
    """Customers who may be one person, by what they gave since the last look."""
    yield "lookalikes by identity", partial(suggest_by_identities, at=at, real_now=real)
    yield "lookalikes by order", partial(suggest_by_orders, at=at)
    yield "contacts by mail domain", partial(suggest_contacts, at=at, real_now=real)


def stalled_jobs(at: datetime, real: datetime) -> Iterator[Knock]:
    """Jobs whose worker died: run again, each in its own savepoint."""
    yield "stalled jobs", retry_stalled


def daily_figures(at: datetime, real: datetime) -> Iterator[Knock]:
    """The analyst recounts the day's figures."""
    if not is_queued("clock.count_days"):
        yield "daily figures", partial(app.configure_task("clock.count_days", queue="analyst").defer, at=at.isoformat())


def words_to_index(at: datetime, real: datetime) -> Iterator[Knock]:
    """Messages an earlier version indexed, or nobody: a few thousand a round, beside whatever else is to be done."""
    for _ in range(_BATCH // 25):
        if not Message.objects.filter(index_version__lt=VERSION).exists():
            return
        yield "index of words", index_behind


def figures_to_count(at: datetime, real: datetime) -> Iterator[Knock]:
    """What the boards show: the events of the last seconds, in one go."""
    yield "figures", partial(sweep, at=at, zone=installation_zone().key)


def customers_to_hear(at: datetime, real: datetime) -> Iterator[Knock]:
    """How customers sound, judged and counted in one go: new messages, and older ones while any are left."""
    for _ in range(_BATCH // 25):
        yield "moods", partial(_hear_and_count, at)
        if not Listening.objects.filter(is_whole=False).exists():
            return


def customers_to_weigh(at: datetime, real: datetime) -> Iterator[Knock]:
    """What customers are worth and whether they may leave: everybody once a day, some a round."""
    yield "worth", partial(weigh_customers, at=at, zone=installation_zone().key)


def visits_to_end(at: datetime, real: datetime) -> Iterator[Knock]:
    """Numbers of an earlier day that nobody ended; and names and phones of visits whose time is over."""
    for store_id in Turn.objects.filter(ended_at=None).order_by().values_list("store_id", flat=True).distinct():
        yield f"day of {store_id}", partial(end_day, store_id, at=at)
    yield "old visits", partial(forget_old_visits, at=at)


def letters_due(at: datetime, real: datetime) -> Iterator[Knock]:
    """What customers are to be told of their bookings; times kept for forms that nobody sent are free again."""
    yield "kept times", partial(let_go_of_expired, real_now=real)
    rows = Letter.objects.filter(due_at__lte=at).order_by("due_at")
    for letter_id in rows.values_list("id", flat=True)[:_BATCH]:
        yield f"letter {letter_id}", partial(send_letter, letter_id, at=at, real_now=real)


def calls_to_make(at: datetime, real: datetime) -> Iterator[Knock]:
    """Calls that were promised for now become somebody's step; those not made in time are told of."""
    for booking_id in calls_due(at):
        yield f"call of {booking_id}", partial(open_call, booking_id, at=at)


def misfits(at: datetime, real: datetime) -> Iterator[Knock]:
    """Bookings that no longer fit: who runs the store is told once."""
    rows = Booking.objects.filter(state="booked", starts_at__gt=at)
    for store_id in rows.order_by().values_list("store_id", flat=True).distinct():
        yield f"misfits of {store_id}", partial(tell_of_misfits, store_id, at=at)


def webhooks_to_tell(at: datetime, real: datetime) -> Iterator[Knock]:
    """What happened is noted for each webhook that wants it; what is due is posted by jobs of a queue of their own."""
    for webhook_id in webhooks.behind():
        yield f"log for webhook {webhook_id}", partial(hand_on, webhook_id, real_now=real)
    wanted = webhooks.due(real)
    asked = _sending() if wanted else Counter()
    for webhook_id, at_once in wanted:
        for _ in range(at_once - asked[str(webhook_id)]):
            job = app.configure_task("webhooks.send", queue="webhooks")
            yield f"webhook {webhook_id}", partial(job.defer, webhook_id=str(webhook_id))


def webhooks_to_tidy(at: datetime, real: datetime) -> Iterator[Knock]:
    """Deliveries whose last try was lost, and those kept long enough."""
    yield "lost deliveries", partial(bury_lost, real_now=real)
    yield "old deliveries", partial(forget_old, real_now=real)


def old_rows(at: datetime, real: datetime) -> Iterator[Knock]:
    """Bookkeeping every subscriber has left a week behind."""
    yield "old rows", partial(_forget_handled, real - timedelta(days=7))
    yield "old codes", partial(forget_old_codes, real_now=real)
    yield "old lists", partial(forget_lists, at=at)
    yield "old labels", partial(forget_sheets, at=at)
    yield "old photos", partial(forget_readings, at=at)


@transaction.atomic
def _hear_and_count(at: datetime) -> None:
    count_again(hear_customers(), at=at, zone=installation_zone().key)


def is_queued(task: str) -> bool:
    """With no worker running the same errand must not pile up."""
    return ProcrastinateJob.objects.filter(task_name=task, status="todo").exists()


def _sending() -> Counter[str]:
    jobs = ProcrastinateJob.objects.filter(task_name="webhooks.send", status__in=["todo", "doing"])
    return Counter(jobs.values_list("args__webhook_id", flat=True))


def _ask_to_poll(channel: Channel, real: datetime) -> None:
    state = Channel.objects.select_for_update().get(id=channel.id)
    state.state = {**state.state, "poll_asked_at": real.isoformat()}
    state.save(update_fields=["state"])
    app.configure_task("channels.poll_mailbox").defer(channel_id=str(channel.id))


def _forget_handled(before: datetime) -> None:
    for name, cursor_xid in Subscription.objects.values_list("name", "cursor_xid"):
        old = Event.objects.filter(recorded_at__lt=before, xid__lt=cursor_xid).order_by("xid").values("id")[:20_000]
        Handled.objects.filter(subscriber=name, event_id__in=old).delete()
