"""Alarms that somebody hears: promises due soon and broken, escalations, urgent cases nobody took, silent channels."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.commands import Bundle, News, notify
from zhoudao.ground.notices.kinds import Kind
from zhoudao.rooms.cases.models import Case, Promise, Tier
from zhoudao.rooms.cases.queries.orders import EXCEPTIONS
from zhoudao.rooms.cases.routing import RAPID_REACTION, find_team
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.conversations.queries import mains_of
from zhoudao.rooms.orders.models import Hold, Stage
from zhoudao.rooms.teamwork.colleagues import who_see
from zhoudao.rooms.teamwork.leads import administrators, leads_of, leads_of_store

OVERDUE = "/desk/?figure=cases.promises_overdue"
_QUARTER = 15
_UNREACHED = ("nobody_on_call", "nobody_reached")
KINDS = (
    Kind(
        "promise_warned",
        _("A promise of my case, or of one nobody has, is due soon"),
        _("%(number)s: %(share)s%% of the time is used (%(promise)s)"),
        many=_("%(number)s and more, %(count)s cases together: promises are due soon"),
    ),
    Kind(
        "promise_broken",
        _("A promise of my case or my team was missed"),
        _("%(number)s: a promise was missed (%(promise)s)"),
        default="both",
        many=_("%(count)s cases missed a promise, the last of them %(number)s"),
    ),
    Kind(
        "escalated",
        _("A flow asks the team lead to look at a case"),
        _("%(number)s was escalated: please look"),
        default="both",
        many=_("%(count)s cases were escalated, the last of them %(number)s"),
    ),
    Kind(
        "paged", _("I am on call and a case needs somebody now"), _("You are on call: %(number)s"), "both", is_duty=True
    ),
    Kind(
        "page_test",
        _("The on-call roster is tried out"),
        _("A test by %(by)s: this is how you are called when you are on call"),
        default="both",
        is_duty=True,
    ),
    Kind(
        "on_call_set",
        _("I am on call, or at other hours than before"),
        _("You are on call for %(team)s: %(hours)s"),
        default="both",
    ),
    Kind(
        "on_call_ended",
        _("I am no longer on call"),
        _("You are no longer on call for %(team)s"),
        default="both",
    ),
    Kind(
        "unreached",
        _("An urgent case that nobody on call has taken"),
        _("Urgent %(number)s: %(why)s. Please act"),
        default="both",
        many=_("%(count)s urgent cases that nobody has taken, the last of them %(number)s. Please act"),
        is_duty=True,
    ),
    Kind(
        "reply_failed",
        _("An answer I wrote, or of my case, did not arrive"),
        _("The answer in %(number)s did not arrive: please look"),
        default="both",
        many=_("Answers in %(count)s cases did not arrive, the last of them %(number)s"),
    ),
    Kind(
        "hold_overdue",
        _("A held order of mine, or of my team, waits past its time"),
        _("%(number)s is held past its time: %(reason)s"),
        many=_("%(count)s orders are held past their time, the last of them %(number)s"),
    ),
    Kind(
        "channel_silent",
        _("A channel has fallen silent"),
        _("Nothing comes in on %(channel)s any more"),
        default="both",
    ),
)


def hear(event: Event) -> None:
    """This will tell whoever has to act on it."""
    _HEARD[event.type](event)


def _warned(event: Event) -> None:
    """The owner; of a case nobody has, the leads."""
    promise = _promise(event)
    if promise is None or promise.ended_at is not None or promise.broken_at is not None:
        return
    case, share = promise.case, event.attributes["share"]
    people = {case.owner_id} if case.owner_id else leads_of(case.team_id, case.store_id)
    _tell_of(case, "promise_warned", people, {"promise": promise.kind, "share": share}, at=event.occurred_at)


def _broken(event: Event) -> None:
    """The owner and the team's leads, unless it was made good in the same moment."""
    promise = _promise(event)
    if promise is None or promise.ended_at is not None:
        return
    case = promise.case
    people = leads_of(case.team_id, case.store_id) | ({case.owner_id} if case.owner_id else set())
    _tell_of(case, "promise_broken", people, {"promise": promise.kind}, at=event.occurred_at)


def _escalated(event: Event) -> None:
    """The team's leads; of an urgent case nobody could be called for, also rapid reaction's and the administrators."""
    case, why = _case(event), event.attributes["why"]
    if case is None:
        return
    people = leads_of(case.team_id, case.store_id)
    if why not in _UNREACHED:
        _tell_of(case, "escalated", people, {}, at=event.occurred_at)
        return
    rapid = find_team(RAPID_REACTION)
    people |= leads_of(rapid.id if rapid else None, case.store_id) | administrators(case.store_id)
    _tell_of(case, "unreached", people, {"why": why}, at=event.occurred_at)


def _paged(event: Event) -> None:
    """Whoever is called: also by mail, in whatever hour."""
    case = _case(event)
    if case is not None:
        news = News("paged", f"event:{event.id}", _page_of(case), {"number": case.number}, is_urgent=True)
        notify(news, [UUID(event.attributes["member"])], at=event.occurred_at)


def _failed(event: Event) -> None:
    """Its author and the case's owner; where neither works here any more, the leads. Nobody of what a machine said."""
    message = Message.objects.filter(id=event.attributes["message_id"], status="failed", is_auto=False).first()
    case = _case_of_thread(message.conversation_id) if message is not None else None
    if message is None or case is None:
        return
    author = UUID(message.actor.removeprefix("user:")) if message.actor.startswith("user:") else None
    people = who_see(case, {person for person in (author, case.owner_id) if person is not None})
    people = people or leads_of(case.team_id, case.store_id)
    _tell_of(case, "reply_failed", people, {}, at=event.occurred_at)


def _silent(event: Event) -> None:
    channel = Channel.objects.filter(id=event.primary_id).first()
    if channel is None or not channel.state.get("silent"):
        return
    names = {"channel": channel.names or {"": channel.code}}
    key = f"silent:{channel.id}:{event.occurred_at:%Y%m%d%H}"
    news = News("channel_silent", key, f"/desk/channels/{channel.code}/", names)
    notify(news, leads_of_store(channel.store_id), at=event.occurred_at)


def _overdue(event: Event) -> None:
    """Its owner, and the leads of those who clear up exceptions."""
    hold = Hold.objects.select_related("order").exclude(stage=Stage.DONE).filter(id=event.attributes["hold_id"]).first()
    if hold is None:
        return
    team, number = find_team(EXCEPTIONS), hold.order.number
    people = leads_of(team.id if team else None, hold.order.store_id) | ({hold.owner_id} if hold.owner_id else set())
    key, over = _quarter("hold_overdue", event.occurred_at)
    bundle = Bundle(number, "/desk/orders/holds/?whose=late", over)
    told = {"number": number, "reason": event.attributes["reason"]}
    notify(News("hold_overdue", key, f"/desk/orders/{number}/", told, bundle=bundle), people, at=event.occurred_at)


_HEARD: dict[str, Callable[[Event], None]] = {
    "cases.PromiseWarned": _warned,
    "cases.PromiseBroken": _broken,
    "cases.CaseEscalated": _escalated,
    "cases.MemberPaged": _paged,
    "conversations.ChannelFellSilent": _silent,
    "conversations.ReplyFailed": _failed,
    "orders.HoldFellDue": _overdue,
}
TYPES = tuple(_HEARD)


def _tell_of(case: Case, kind: str, people: set[UUID], more: dict[str, object], *, at: datetime) -> None:
    """All cases of a quarter of an hour in one notice, each once; mailed when it is over, urgent ones at once."""
    is_urgent = case.tier == Tier.URGENT
    begins = at.replace(minute=at.minute // _QUARTER * _QUARTER, second=0, microsecond=0)
    over = None if is_urgent else begins + timedelta(minutes=_QUARTER)
    address = OVERDUE if kind == "promise_broken" else "/desk/"
    key = f"{kind}:{'now' if is_urgent else 'soon'}:{begins:%Y%m%d%H%M}"
    told = {"number": case.number, **more}
    notify(News(kind, key, _page_of(case), told, is_urgent, Bundle(case.number, address, over)), people, at=at)


def _quarter(kind: str, at: datetime) -> tuple[str, datetime]:
    """What is told in a quarter of an hour is one notice under this key, until this moment."""
    begins = at.replace(minute=at.minute // _QUARTER * _QUARTER, second=0, microsecond=0)
    return f"{kind}:{begins:%Y%m%d%H%M}", begins + timedelta(minutes=_QUARTER)


def _page_of(case: Case) -> str:
    return f"/desk/cases/{case.number}/"


def _case(event: Event) -> Case | None:
    """The case it is about, while it is anybody's work."""
    return Case.objects.filter(id=event.primary_id, resolved_at=None, merged_into=None).first()


def _case_of_thread(conversation_id: UUID) -> Case | None:
    """The case a thread belongs to, or what that was merged into."""
    case = Case.objects.filter(conversation_id__in=mains_of([conversation_id])).first()
    while case is not None and case.merged_into_id:
        case = Case.objects.get(id=case.merged_into_id)
    return case


def _promise(event: Event) -> Promise | None:
    rows = Promise.objects.select_related("case").filter(id=event.attributes["promise_id"])
    return rows.filter(case__merged_into=None).first()
