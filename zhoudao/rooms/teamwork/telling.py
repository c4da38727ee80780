"""What colleagues are told when something happens: the new owner, whoever watches, and whoever has to act."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.queries import mains_of
from zhoudao.rooms.teamwork import alarms
from zhoudao.rooms.teamwork.colleagues import colleagues_of
from zhoudao.rooms.teamwork.leads import leads_of
from zhoudao.rooms.teamwork.models import Watch

TYPES = (
    *("cases.CaseAssigned", "cases.CaseResolved", "cases.CaseStranded"),
    *("conversations.MessageReceived", "conversations.NoteAdded"),
    *alarms.TYPES,
)
_WATCHED = {
    "cases.CaseResolved": "watched_resolved",
    "conversations.MessageReceived": "watched_wrote",
    "conversations.NoteAdded": "watched_note",
}
KINDS = (
    Kind("mentioned", _("A colleague mentions me"), _("%(by)s mentioned you in %(number)s"), default="both"),
    Kind("assigned", _("A colleague gives me a case"), _("%(by)s gave you %(number)s")),
    Kind("watched_wrote", _("The customer writes in a case I watch"), _("The customer wrote in %(number)s")),
    Kind("watched_note", _("Somebody leaves a note in a case I watch"), _("There is a note in %(number)s")),
    Kind(
        "errand_asked", _("My team is asked for something"), _("%(by)s needs something from your team for %(number)s")
    ),
    Kind("errand_due", _("What my team is asked is due soon"), _("An answer for %(number)s is due soon")),
    Kind("errand_late", _("An answer between teams is late"), _("An answer for %(number)s is late")),
    Kind("errand_answered", _("Another team answers me"), _("%(by)s answered what you asked for %(number)s")),
    Kind("stranded", _("A case fits no rule, or nobody can do it"), _("%(number)s waits: please decide who takes it")),
    Kind(
        "owner_left", _("Cases of a colleague who left wait for somebody"), _("%(number)s and others have no owner now")
    ),
    Kind("approval_asked", _("A colleague needs my approval"), _("%(by)s needs your approval for %(number)s")),
    Kind("approval_due", _("An approval I may give is due soon"), _("The approval for %(number)s is due soon")),
    Kind("approval_late", _("An approval was not decided in time"), _("The approval for %(number)s is late")),
    Kind("approval_given", _("My request is approved"), _("%(by)s approved what you asked for %(number)s")),
    Kind("approval_refused", _("My request is refused"), _("%(by)s refused what you asked for %(number)s")),
    Kind("watched_resolved", _("A case I watch is resolved"), _("%(number)s was resolved")),
    *alarms.KINDS,
)


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in KINDS:
        register(kind)


def on_event(event: Event) -> None:
    """This will tell whom it concerns, never who did it; once each, however often the event comes."""
    if event.type in alarms.TYPES:
        alarms.hear(event)
    elif event.type == "cases.CaseAssigned" and event.attributes["how"] == "left":
        _tell_leads(event, "owner_left", str(event.attributes["previous_owner"]))
    elif event.type == "cases.CaseAssigned":
        _tell_owner(event)
    elif event.type == "cases.CaseStranded":
        _tell_leads(event, "stranded", f"{event.attributes['team']}:{event.attributes['why']}")
    elif not event.attributes.get("is_first"):  # nobody watches yet what has just begun
        _tell_watchers(event)


def _tell_owner(event: Event) -> None:
    owner = event.attributes.get("owner")
    by = event.actor.removeprefix("user:") if event.actor.startswith("user:") else ""
    if not owner or not by or owner in (by, event.attributes.get("previous_owner")):
        return
    case = Case.objects.filter(id=event.primary_id, owner_id=owner).first()
    giver = User.objects.filter(id=by).values_list("name", flat=True).first()
    if case is not None:
        _tell(event, "assigned", case, {UUID(owner)}, giver or "")


def _tell_leads(event: Event, kind: str, why: str) -> None:
    """Who leads the team: once an hour for one reason."""
    case = Case.objects.filter(id=event.primary_id).first()
    if case is None:
        return
    key = f"{kind}:{why}:{event.occurred_at:%Y%m%d%H}"
    news = News(kind, key, f"/desk/cases/{case.number}/", {"number": case.number})
    notify(news, leads_of(case.team_id, case.store_id), at=event.occurred_at)


def _tell_watchers(event: Event) -> None:
    case = _case_of(event)
    if case is None:
        return
    merged = Q(case=case) | Q(case__merged_into=case) | Q(case=case.merged_into_id)  # one matter, however it is filed
    people = set(Watch.objects.filter(merged).values_list("user_id", flat=True))
    people = {user_id for user_id in people if f"user:{user_id}" != event.actor}
    if people:
        allowed = {person.id for person in colleagues_of(case)}
        _tell(event, _WATCHED[event.type], case, people & allowed)


def _case_of(event: Event) -> Case | None:
    if event.primary_type == "case":
        return Case.objects.filter(id=event.primary_id).first()
    return Case.objects.filter(conversation_id__in=mains_of([event.primary_id])).first()


def _tell(event: Event, kind: str, case: Case, user_ids: set[UUID], by: str = "") -> None:
    note = event.attributes.get("message_id") if event.type == "conversations.NoteAdded" else None
    key = f"note:{note}" if note else f"event:{event.id}"
    news = News(kind, key, f"/desk/cases/{case.number}/", {"number": case.number, "by": by})
    notify(news, user_ids, at=event.occurred_at)
