"""Progress is pushed: a step that is done, a promise that is missed, over the channel of the conversation.

What happens within minutes is told together; never at night where something rings, never more often than is useful,
and not when a colleague wrote since. Whose turn it is they are told by `asking`, at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhoudao.conduct.flows.events import ProgressAllowed, ProgressRefused, ProgressTold
from zhoudao.conduct.flows.models import Push
from zhoudao.conduct.flows.queries.progress import Step, progress
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.notices.quiet import after_quiet
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.acknowledging import proven_thread
from zhoudao.rooms.cases.commands.holding import hold
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import ACTIVE, Case, Promise
from zhoudao.rooms.cases.promise_rules import CUSTOMER_WORDS, breach_words
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.commands.replying import PULLED
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.conversations.queries import written_side
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.voice.asking import follow_up_rule
from zhoudao.rooms.voice.models import FollowUpRule

ACTOR = "system:progress"
TYPES = (
    *("flows.TaskCompleted", "flows.StepCompleted", "flows.TimerFired"),
    *("cases.PromiseBroken", "cases.BreachExplained"),
)
TOGETHER = timedelta(minutes=2)  # steps that follow each other so closely are told in one message
REST = timedelta(hours=1)  # at least so long between two messages
MOST_A_DAY = 4
WECHAT_CARRIES = timedelta(hours=47)  # the platform takes nothing for who has been silent for 48
_DAY = timedelta(days=1)
_PLAN = """
    INSERT INTO flows_push (case_id, due_at) SELECT id, %s FROM cases_case WHERE id = %s AND conversation_id IS NOT NULL
    ON CONFLICT (case_id) DO UPDATE SET due_at = coalesce(flows_push.due_at, excluded.due_at)
"""


@frozen
class _News:
    """What is not told yet, and what comes next."""

    steps: Sequence[Step]
    promises: Sequence[Promise]
    ahead: Step | None

    @property
    def keys(self) -> list[str]:
        return [*map(_step_key, self.steps), *map(_promise_key, self.promises)]

    @property
    def begins(self) -> datetime:
        """Since when there is something to tell."""
        moments = [one.at for one in self.steps if one.at] + [one.broken_at for one in self.promises if one.broken_at]
        return min(moments)


def on_event(event: Event) -> None:
    """This will look a little later whether there is something to tell (one statement)."""
    case_id = next((UUID(id_) for kind, id_, _role in event.parties if kind == "case"), None)
    if case_id is not None:
        with connection.cursor() as cursor:
            cursor.execute(_PLAN, [event.occurred_at + TOGETHER, case_id])


@transaction.atomic
def tell_progress(case_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will tell what is new since the last time, or plan it for when it may be told; safe to repeat."""
    case = hold(case_id)  # as everybody does: the case before what hangs on it
    push = Push.objects.select_for_update().filter(case_id=case_id, due_at__lte=at).first()
    if push is None:
        return
    push.due_at = None
    rule = follow_up_rule()
    if rule.tells_progress and case.status in ACTIVE and not is_refused(case):
        _tell(push, case, rule, at, real_now)
    push.save()


@transaction.atomic
def refuse_progress(*, case_id: UUID, at: datetime) -> None:
    """This will write to this case's customer about steps no more, in none of their cases."""
    case = hold(case_id)
    if not is_refused(case):
        Push.objects.update_or_create(case=case, defaults={"is_refused": True})
        _note(ProgressRefused(), case, f"customer:{case.customer_id}", at)


@transaction.atomic
def allow_progress(*, case_id: UUID, at: datetime) -> None:
    """This will write to them again, from what happens next on."""
    case = hold(case_id)
    if _of_person(case).filter(is_refused=True).update(is_refused=False):
        _note(ProgressAllowed(), case, f"customer:{case.customer_id}", at)


def _tell(push: Push, case: Case, rule: FollowUpRule, at: datetime, real_now: datetime) -> None:
    news = _news(push, case, "")
    thread_id = _thread(case, at) if news.keys else None
    if thread_id is None:
        return
    thread = Conversation.objects.select_related("channel").get(id=thread_id)
    push.due_at = _may_be_told(push, thread, rule, case, at)
    if push.due_at is not None or not _carries(thread, at):
        return
    push.told = [*push.told, *news.keys]
    if _colleague_wrote(case, since=news.begins):
        return
    push.sent = [one for one in push.sent if one > at - _DAY] + [at]
    with translation.override(thread.language.lower()):
        text = _text(case, _news_in(news, case, thread.language), at)
    reply(
        conversation_id=thread_id,
        text=text,
        by=By(ACTOR, store_id=case.store_id),
        author_name="",
        at=at,
        real_now=real_now,
        is_auto=True,
        expects_answer=False,
    )
    _note(ProgressTold(len(news.steps), len(news.promises)), case, ACTOR, at)


def _news(push: Push, case: Case, language: str) -> _News:
    """Steps that ended since the case was opened and what is missed still; not what was told."""
    walked, told = progress(case.id, language or _language(case)), set(push.told)
    begun = case.opened_at + TOGETHER  # what happens as it opens is what the confirmation says
    done = [one for one in walked if one.state == "done" and one.is_told and one.at and one.at > begun]
    missed = list(case.promises.filter(ended_at=None, broken_at__isnull=False).order_by("broken_at", "id"))
    return _News(
        [one for one in done if _step_key(one) not in told],
        [one for one in missed if _promise_key(one) not in told],
        next((one for one in walked if one.state == "now"), None),
    )


def _news_in(news: _News, case: Case, language: str) -> _News:
    """The same in a language."""
    said = {(one.element, one.state): one for one in progress(case.id, language)}
    steps = [said.get((one.element, one.state), one) for one in news.steps]
    ahead = said.get((news.ahead.element, news.ahead.state), news.ahead) if news.ahead else None
    return _News(steps, news.promises, ahead)


def _text(case: Case, news: _News, at: datetime) -> str:
    lines = [_("Your case %(number)s:") % {"number": case.number}]
    lines += [_("✓ Done: %(step)s") % {"step": one.text} for one in news.steps]
    lines += [_late(one, case) for one in news.promises]
    if news.promises:
        reasons = dict.fromkeys(breach_words(case, one) for one in news.promises)
        lines.append(_("%(why)s We are sorry.") % {"why": " ".join(reasons)})
    if news.ahead is not None and news.ahead.due_at is not None and news.ahead.due_at > at:
        due = _when(news.ahead.due_at, case)
        lines.append(_("→ Now: %(step)s, by %(when)s") % {"step": news.ahead.text, "when": due})
    elif news.ahead is not None:
        lines.append(_("→ Now: %(step)s") % {"step": news.ahead.text})
    return "\n".join([*lines, _("All of it, and no such messages: %(link)s") % {"link": progress_url(case)}])


def _late(promise: Promise, case: Case) -> str:
    due = promise.due_at or promise.broken_at
    assert due is not None
    what = str(CUSTOMER_WORDS.get(promise.kind, promise.kind))
    return _("✗ Late: %(promise)s, promised by %(when)s") % {"promise": what, "when": _when(due, case)}


def _when(moment: datetime, case: Case) -> str:
    local = moment.astimezone(ZoneInfo(case.store.zone))
    return date_format(local, pgettext("date format", "D j M Y, H:i"))


def _may_be_told(push: Push, thread: Conversation, rule: FollowUpRule, case: Case, at: datetime) -> datetime | None:
    """When it may be told if not now: after the rest, tomorrow if it was told often today, not at night."""
    lately = [one for one in push.sent if one > at - _DAY]
    rested = max((one + REST for one in lately), default=at)
    if len(lately) >= MOST_A_DAY:
        rested = max(rested, min(lately) + _DAY)
    free = max(rested, at)
    if thread.channel.kind not in PULLED:
        free = after_quiet(free, begins=rule.quiet_from, ends=rule.quiet_until, zone=ZoneInfo(case.store.zone))
    return free if free > at else None


def _carries(thread: Conversation, at: datetime) -> bool:
    """WeChat takes nothing for who has not written lately; their page says it all the same."""
    if thread.channel.kind != "wechat":
        return True
    return Message.objects.filter(conversation=thread, direction="in", created_at__gt=at - WECHAT_CARRIES).exists()


def _colleague_wrote(case: Case, *, since: datetime) -> bool:
    """Whoever has just been answered by a person was told by them."""
    own = Message.objects.filter(conversation=case.conversation_id) | Message.objects.filter(
        conversation__main=case.conversation_id
    )
    rows = own.filter(direction="out", is_auto=False, created_at__gte=since - TOGETHER)
    return rows.exclude(status__in=["undone", "failed"]).exists()


def _thread(case: Case, at: datetime) -> UUID | None:
    """Where they write, else another way by which only they read it."""
    if case.conversation is None:
        return None
    side = written_side(case.conversation)
    return side.id if side is not None else proven_thread(case, at)


def _language(case: Case) -> str:
    return case.conversation.language if case.conversation else "zh-Hans"


def _step_key(step: Step) -> str:
    return f"{step.element}@{step.at.isoformat() if step.at else ''}"[:200]


def _promise_key(promise: Promise) -> str:
    return f"{promise.id}:{promise.broken_reason}"


def is_refused(case: Case) -> bool:
    """Whether this person, on any of their records, does not want it."""
    return _of_person(case).filter(is_refused=True).exists()


def _of_person(case: Case) -> QuerySet[Push]:
    return Push.objects.filter(case__customer_id__in=group_ids(case.customer_id))


def _note(fact: Fact, case: Case, actor: str, at: datetime) -> None:
    about = [About("case", case.id), About("customer", case.customer_id)]
    record(fact, at=at, by=By(actor, store_id=case.store_id), about=about)
