"""A message becomes a case."""

import logging
from datetime import datetime

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.decisions.queries import Table, live_tables
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import Entry, record_all
from zhoudao.ground.rows import store_new
from zhoudao.kit.text import clip
from zhoudao.rooms.cases import reading
from zhoudao.rooms.cases.commands.holding import about, by_of, tell
from zhoudao.rooms.cases.commands.promising import first_promises
from zhoudao.rooms.cases.commands.queueing import ROUTING, fill_queue, place
from zhoudao.rooms.cases.events import CaseLinked, CaseOpened
from zhoudao.rooms.cases.models import Case, CaseLink, Kind, Tier
from zhoudao.rooms.cases.moments import ROUTED_BY, moment_for
from zhoudao.rooms.cases.routing import TABLES, TIER_TABLE, keep_for, put_in_line, ruled
from zhoudao.rooms.cases.staffing import around, lock_routing_with_number
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.conversations.queries import mains_of
from zhoudao.rooms.customers.members import organisation_of
from zhoudao.rooms.customers.queries import Standing, standing_of

ACTOR = "system:intake"
_log = logging.getLogger(__name__)
_ON_OPENING = ("first_contact", "plan", "answer", "next_update", "resolution")


def open_case(*, conversation: Conversation, first: Message, at: datetime, kind: str = "") -> Case:
    """This will open a case for a conversation: kind and tier read, team found, promises started, person chosen."""
    standing = standing_of(conversation.customer)
    inputs = _inputs(conversation, first, kind, standing)
    tables = live_tables(TIER_TABLE, *TABLES)
    inputs |= moment_for(tables.values(), conversation.store, at)
    tier = conversation.wanted_tier or _tier_by(tables[TIER_TABLE], inputs)
    organisation = organisation_of(conversation.customer)
    if organisation is not None and organisation.tier and not conversation.wanted_tier and tier != Tier.URGENT:
        tier = organisation.tier
    adviser = standing.adviser_id or (organisation.adviser_id if organisation else None)
    asked = {"tier": tier} | {name: value for name, value in inputs.items() if name in ROUTED_BY}
    case = Case(
        kind=Kind(str(inputs["kind"])),
        tier=Tier(tier),
        subject=conversation.subject or clip(first.text, 60),
        conversation=conversation,
        customer_id=conversation.customer_id,
        organisation=organisation,
        grade=standing.grade,
        store_id=conversation.store_id,
        opened_at=at,
        updated_at=at,
        preview=clip(first.text, 100),
    )
    ruling = ruled(tables, asked)
    put_in_line(case, ruling, language=conversation.language, at=at)
    promises, made = first_promises(case, _ON_OPENING, at=at)
    case.number = f"C{at.year}-{lock_routing_with_number():06d}"
    met = around(case, customers=standing.records, adviser=adviser, at=at)
    keep_for(case, ruling, adviser=adviser, known=met.known, at=at)
    routed = place(case, met, ruling, asked, at=at)
    store_new(case, *promises)
    entries = [_entry(case, fact, ACTOR) for fact in (_opened(case, conversation, case.team), *made)]
    record_all([*entries, *(_entry(case, fact, ROUTING) for fact in routed)], at=at, by=by_of(case, ACTOR))
    if case.owner_id is None and case.team_id and met.has_line:
        fill_queue(case.team_id, at=at)  # nobody jumps the line: whoever waits longer is served first
        case.refresh_from_db()
    _link_to_previous(case, conversation, at)
    return case


def _entry(case: Case, fact: Fact, actor: str) -> Entry:
    return Entry(fact, about(case), by_of(case, actor))


def _inputs(conversation: Conversation, first: Message, kind: str, standing: Standing) -> dict[str, object]:
    return {
        "kind": kind or conversation.wanted_kind or reading.kind_of(first.text),
        "urgent": reading.is_urgent(first.text),
        "value_class": standing.value_class,
        "grade": standing.grade,
        "risk": standing.risk,
        "language": conversation.language,
        "channel": conversation.channel.kind,
        "store": conversation.store.code,
    }


def _tier_by(table: Table, inputs: dict[str, object]) -> str:
    """The tier the table gives; a case it has no row for is a regular one."""
    values, _row = table.ask(inputs)
    tier = (values or {}).get("tier")
    if tier not in Tier.values:
        _log.warning(
            "Version %s of %s gives no tier we know for a case; it counts as regular.", table.version, table.key
        )
        return Tier.REGULAR
    return str(tier)


def _opened(case: Case, conversation: Conversation, team: Team | None) -> CaseOpened:
    return CaseOpened(case.number, case.kind, case.tier, conversation.channel.kind, team.code if team else "")


def _link_to_previous(case: Case, conversation: Conversation, at: datetime) -> None:
    if conversation.follows_id is None:
        return
    previous = Case.objects.filter(conversation_id__in=mains_of([conversation.follows_id])).first()
    if previous is not None:
        CaseLink.objects.get_or_create(source=case, target=previous, kind="follows")
        tell(case, CaseLinked(previous.number, "follows"), actor=ACTOR, at=at)
