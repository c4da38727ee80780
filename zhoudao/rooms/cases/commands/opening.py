"""A message becomes a case."""

from datetime import datetime

from django.db import connection

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.decisions.queries import decide
from zhoudao.kit.text import clip
from zhoudao.rooms.cases import reading
from zhoudao.rooms.cases.commands.assigning import give_to_somebody
from zhoudao.rooms.cases.commands.holding import tell
from zhoudao.rooms.cases.commands.promising import make_promises
from zhoudao.rooms.cases.events import CaseLinked, CaseOpened
from zhoudao.rooms.cases.models import Case, CaseLink, Kind, Tier
from zhoudao.rooms.cases.routing import find_team
from zhoudao.rooms.conversations.models import Conversation, Message

ACTOR = "system:intake"
_ROUTED_BY = ("kind", "value_class", "language", "channel", "store")
_ON_OPENING = ("first_contact", "plan", "answer", "next_update", "resolution")


def open_case(*, conversation: Conversation, first: Message, at: datetime, kind: str = "") -> Case:
    """This will open a case for a conversation: kind and tier read, team found, promises started, person chosen."""
    inputs = _inputs(conversation, first, kind)
    tier = str(decide("cases.tier", inputs).values.get("tier") or Tier.REGULAR)
    team = find_team({"tier": tier} | {name: inputs[name] for name in _ROUTED_BY})
    case = Case(
        number=_next_number(at),
        kind=Kind(str(inputs["kind"])),
        tier=Tier(tier),
        subject=conversation.subject or clip(first.text, 60),
        conversation=conversation,
        customer_id=conversation.customer_id,
        store_id=conversation.store_id,
        team=team,
        opened_at=at,
        updated_at=at,
        preview=clip(first.text, 100),
    )
    case.save(force_insert=True)
    tell(case, _opened(case, conversation, team), actor=ACTOR, at=at)
    _link_to_previous(case, conversation, at)
    make_promises(case, _ON_OPENING, at=at, actor=ACTOR, is_new=True)
    give_to_somebody(case, at=at)
    case.save(update_fields=["owner", "status", "next_due_at"])
    return case


def _inputs(conversation: Conversation, first: Message, kind: str) -> dict[str, object]:
    return {
        "kind": kind or reading.kind_of(first.text),
        "urgent": reading.is_urgent(first.text),
        "value_class": conversation.customer.value_class,
        "language": conversation.language,
        "channel": conversation.channel.kind,
        "store": conversation.store.code,
    }


def _next_number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('case_number')")
        row = cursor.fetchone()
    assert row is not None
    return f"C{at.year}-{row[0]:06d}"


def _opened(case: Case, conversation: Conversation, team: Team | None) -> CaseOpened:
    return CaseOpened(case.number, case.kind, case.tier, conversation.channel.kind, team.code if team else "")


def _link_to_previous(case: Case, conversation: Conversation, at: datetime) -> None:
    if conversation.follows_id is None:
        return
    previous = Case.objects.filter(conversation_id=conversation.follows_id).first()
    if previous is not None:
        CaseLink.objects.get_or_create(source=case, target=previous, kind="follows")
        tell(case, CaseLinked(previous.number, "follows"), actor=ACTOR, at=at)
