"""What the dialog of an action needs to ask well."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.triage.queries import proposed_for
from zhoudao.conduct.triage.topics import TOPIC_WORDS, URGENCY_WORDS
from zhoudao.engines.language.taxonomy import TOPICS
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.models import Case, Kind, Tier
from zhoudao.rooms.cases.moods import MOOD_LABELS
from zhoudao.rooms.cases.outcomes import OUTCOMES
from zhoudao.rooms.cases.queries.desk import ViewFilter, narrowed
from zhoudao.rooms.cases.queries.moods import last_sound
from zhoudao.rooms.cases.routing_words import TAKING
from zhoudao.rooms.cases.transfers import REASONS
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.conversations.queries import thread
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.incidents.queries import under_way
from zhoudao.rooms.staff.queries import members_for, teams


def people(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Colleagues and teams the case may go to."""
    team_id = None if may(viewer, "cases:assign_any", case) else case.team_id
    members = [
        {"key": str(one.user_id), "name": one.user.name, "is_available": one.is_available}
        for one in members_for(team_id)
        if one.user_id != case.owner_id
    ]
    shown = [{"key": str(team.id), "name": str(team)} for team in teams()]
    return {"members": members, "teams": shown, "reasons": REASONS.items(), "is_held": case.owner_id is not None}


def skipping(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Reasons for taking a case before one's next one."""
    return {"reasons": TAKING.items()}


def kinds(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Kinds and tiers."""
    return {"kinds": Kind.choices, "tiers": Tier.choices}


def moments(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Good moments to wake up at."""
    there = timezone.localtime(at)
    tomorrow = (there + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    monday = tomorrow + timedelta(days=(7 - tomorrow.weekday()) % 7)
    chosen = [
        (at + timedelta(hours=1), _("In an hour")),
        (at + timedelta(hours=3), _("In three hours")),
        (tomorrow, _("Tomorrow morning")),
        (monday + timedelta(days=7 if monday == tomorrow else 0), _("Monday morning")),
    ]
    return {"moments": chosen, "earliest": f"{there + timedelta(minutes=1):%Y-%m-%dT%H:%M}"}


def outcomes(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Outcomes and causes."""
    return {"outcomes": OUTCOMES.items(), "causes": causes().items()}


def siblings(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """The same customer's other open cases: what a case is mostly merged into or linked with."""
    rows = (
        narrowed(viewer, ViewFilter(view="open"), at=at)
        .filter(customer_id__in=group_ids(case.customer_id))
        .exclude(id=case.id)
    )
    return {"siblings": list(rows.order_by("-updated_at", "-id")[:8])}


def incidents(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Incidents under way, to one of which the case may belong."""
    return {"incidents": under_way()}


def messages(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """What was said in the case, the last sixty: some of it may be about something else."""
    threads = [case.conversation_id, *case.absorbed.values_list("conversation_id", flat=True)]
    own = [one for one in threads if one]
    sides = Conversation.objects.filter(main__in=own).values_list("id", flat=True)
    said = thread([*own, *sides], audience="staff", limit=60)
    return {"messages": [message for message in said if message.status not in ("undone", "queued", "sending")]}


def topic(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """What the case seems to be about, what says so, and the topics to choose from, by kind."""
    groups: dict[str, list[tuple[str, object]]] = {}
    for one in TOPICS:
        group = str(dict(Kind.choices).get(one.kind) or _("Other"))
        groups.setdefault(group, []).append((one.code, TOPIC_WORDS[one.code]))
    return {"proposed": proposed_for(case), "topic_groups": groups.items(), "urgencies": URGENCY_WORDS.items()}


def mood(case: Case, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """The customer's last message that tells a mood, what in it says so, and the words to choose from."""
    return {"sound": last_sound(case), "moods": MOOD_LABELS.items()}
