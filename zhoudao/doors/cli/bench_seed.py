"""The data a scratch installation is filled with: one generator, written by COPY.

A tenth of the cases is active; every colleague has as many open ones in hand at any size, the others wait.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, LiteralString, cast
from uuid import UUID

from zhoudao.kit.frozen import frozen

AGENTS, IN_HAND = 20, 26
QUEUE = "order_processing"  # agents see its cases, and nobody is given them
TOKENS = 8
CHUNK = 2_000
SCOPES = ["messages:write", "messages:read", "cases:read", "cases:write", "identity:assert"]
TEXTS = [
    f"你好，我上周买的{thing}{trouble}，订单号是 {1000 + number}，什么时候能处理？"
    for number, (thing, trouble) in enumerate(
        (thing, trouble)
        for thing in ("电饭煲", "吸尘器", "蓝牙耳机", "台灯", "空气净化器", "咖啡机", "键盘", "雨伞", "书包", "水杯")
        for trouble in ("还没有发货", "颜色不对", "少了一个配件", "想开发票", "想换一个尺寸")
    )
]
ANSWER = "您好，已经帮您查到了，今天会给您答复。"
COLUMNS = {
    "vault_datakey": "id subject_id master_id wrapped created_at",
    "customers_customer": "id key_id name_sealed name_index value_class language created_at",
    "customers_identity": "id customer_id kind scope value_sealed value_index suggested created_at",
    "conversations_conversation": "id channel_id customer_id store_id subject language order_number started_at "
    "last_message_at ended_at",
    "conversations_message": "id conversation_id direction actor author_name text html external_id status failure "
    "attempts is_auto expects_answer sent_at created_at search index_version",
    "cases_case": "id number kind tier status subject conversation_id customer_id store_id team_id owner_id opened_at "
    "updated_at resolved_at closed_at snoozed_until reopened outcome cause status_before_merge next_due_at "
    "progress_token preview awaits_us",
    "cases_promise": "id case_id kind target_minutes basis started_at pauses due_at kept_at ended_at broken_reason "
    "warned_share next_check_at",
    "eventlog_event": "id type schema occurred_at recorded_at actor store_id channel element primary_type primary_id "
    "seq objects object_ids attributes xid",
}
Rows = dict[str, list[tuple[Any, ...]]]
Said = dict[str, Any]


@frozen
class Cast:
    """Who works in the scratch installation, and how to come in as them."""

    agents: list[str]
    cookie: str
    lead_cookie: str
    tokens: list[str]


class Speech:
    """What is said in the seeded cases: the same fifty questions and one answer."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def text(self, number: int, turn: int) -> str:
        """What is said in this turn of this case."""
        return ANSWER if turn == 1 else TEXTS[number % len(TEXTS)]

    def said(self, number: int, turn: int, at: datetime) -> tuple[str, str]:
        """The text, and what it is found by."""
        from zhoudao.kit.grams import grams
        from zhoudao.rooms.conversations.indexing import marks

        text = self.text(number, turn)
        if text not in self._known:
            self._known = {} if len(self._known) > CHUNK else self._known
            self._known[text] = _vector(grams(text))
        return text, f"{self._known[text]} {_vector(marks(at, is_first=turn == 0))}"


def _vector(lexemes: list[str]) -> str:
    return " ".join(f"'{lexeme}'" for lexeme in lexemes)


@frozen
class _Place:
    channel_id: UUID
    store_id: UUID
    team_id: UUID
    queue_id: UUID
    agents: list[UUID]
    speech: "Speech"
    now: datetime


def make_cast() -> Cast:
    """This will make the people, an agent's and a lead's session, and the tokens."""
    from zhoudao.ground.accounts.commands import NewUser, create_user
    from zhoudao.ground.accounts.models import Grant, Team
    from zhoudao.ground.accounts.tokens import create_token
    from zhoudao.rooms.staff.commands import NewMember, put_to_work

    teams = {team.code: team for team in Team.objects.all()}
    queue = teams.pop(QUEUE)
    agents = []
    for number in range(AGENTS):
        new = NewUser(f"agent{number}@bench.example", f"客服{number}")
        user = create_user(new, password="", roles=["agent"], team=teams["reception"])
        Grant.objects.create(user=user, role="agent", team=queue)
        put_to_work(NewMember(user.id, list(teams.values()), capacity=2000))
        agents.append(user)
    lead = create_user(NewUser("lead@bench.example", "组长"), password="", roles=["administrator"])
    texts = [create_token(name=f"bench {number}", scopes=SCOPES) for number in range(TOKENS)]
    return Cast([str(user.id) for user in agents], sign_in(agents[0]), sign_in(lead), texts)


def sign_in(user: Any) -> str:
    """The session cookie of somebody who has signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def seed(
    cases: int, superuser: str, agents: list[str], speech: "Speech | None" = None, less: tuple[str, ...] = ()
) -> None:
    """This will write that many cases, with everything around them, as if they had come over the last two years.

    `speech` says what people write; tables named in `less` are left out.
    """
    import psycopg

    from zhoudao.ground.accounts.models import Team
    from zhoudao.rooms.conversations.models import Channel

    channel = Channel.objects.get(code="api")
    team, queue = (Team.objects.get(code=code).id for code in ("reception", QUEUE))
    people = [UUID(one) for one in agents]
    place = _Place(channel.id, channel.store_id, team, queue, people, speech or Speech(), datetime.now(UTC))
    with psycopg.connect(superuser, autocommit=True) as raw:
        raw.execute("SET session_replication_role = replica")  # nobody is told, nothing checked row by row
        raw.execute("SET synchronous_commit = off")
        index = raw.execute("SELECT pg_get_indexdef('message_search'::regclass)").fetchone()
        raw.execute("DROP INDEX message_search")  # made at once when all rows are there
        for rows in _chunks(cases, place):
            for table, found in ((table, found) for table, found in rows.items() if table not in less):
                names = COLUMNS[table].replace(" ", ", ")
                with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in found:
                        copy.write_row(row)
        raw.execute("SET maintenance_work_mem = '256MB'")
        raw.execute(cast(LiteralString, index[0] if index else ""))
        raw.execute("SELECT setval('case_number', %s)", [cases])
        raw.execute("UPDATE eventlog_subscription SET cursor_xid = pg_current_xact_id()::text::bigint")
        raw.execute("VACUUM (ANALYZE)")
        raw.execute("CHECKPOINT")


def _chunks(cases: int, place: _Place) -> Iterator[Rows]:
    for start in range(0, cases, CHUNK):
        chunk = _Chunk(cases, place)
        for number in range(start, min(start + CHUNK, cases)):
            chunk.add(number)
        yield chunk.rows


_MADE: Said = {"type": "cases.PromiseMade", "promise_id": "", "target_minutes": 480, "basis": "elapsed", "due_at": ""}
_SENT: Said = {"type": "conversations.ReplySent", "is_auto": False, "is_human": True, "expects_answer": True}
_ASSIGNED: Said = {"type": "cases.CaseAssigned", "owner": None, "team": None, "previous_owner": None, "how": "push"}
_CLOSED: Said = {"type": "cases.CaseClosed", "outcome": "answered", "cause": "other"}
_HEARD: Said = {"type": "conversations.MessageReceived", "channel": "api", "language": "zh-Hans", "length": 30}


@frozen
class _Story:
    """One case to be written: whose, in which conversation, since when."""

    number: int
    opened: datetime
    customer: UUID
    conversation: UUID
    case: UUID

    @property
    def is_active(self) -> bool:
        return self.number % 10 == 0

    @property
    def text(self) -> int:
        return self.number % len(TEXTS)

    def after(self, minutes: int) -> datetime:
        return self.opened + timedelta(minutes=minutes)


class _Chunk:
    """The rows of some cases, by table."""

    def __init__(self, cases: int, place: _Place) -> None:
        self.rows: Rows = defaultdict(list)
        self._cases, self._place = cases, place

    def add(self, number: int) -> None:
        """This will write one case with all around it."""
        from zhoudao.kit.ids import uuid7

        opened = self._place.now - timedelta(minutes=90 + (self._cases - number) * (2 * 365 * 24 * 60 / self._cases))
        story = _Story(number, opened, uuid7(opened), uuid7(opened), uuid7(opened))
        self._customer(story)
        self._conversation(story)
        self._case(story)
        self._promises(story)
        self._events(story)

    def _customer(self, story: _Story) -> None:
        from zhoudao.ground.vault import box
        from zhoudao.kit.ids import uuid7
        from zhoudao.rooms.customers.claims import index_of, name_index

        customer, at, identity = story.customer, story.opened, uuid7(story.opened)
        key, name, contact = box.new_key(customer), f"顾客{story.number}", f"bench-{story.number}"
        self.rows["vault_datakey"].append((key.id, customer, key.master_id, key.wrapped, at))
        sealed = box.seal(key.id, name, place=f"customer.name.{customer}")
        self.rows["customers_customer"].append((customer, key.id, sealed, name_index(name), "standard", "zh-Hans", at))
        sealed = box.seal(key.id, contact, place=f"identity.value.{identity}")
        index = index_of("external", contact)
        self.rows["customers_identity"].append((identity, customer, "external", "api", sealed, index, False, at))

    def _conversation(self, story: _Story) -> None:
        from zhoudao.kit.ids import uuid7
        from zhoudao.rooms.conversations.indexing import VERSION

        place, ended = self._place, None if story.is_active else story.after(60)
        about = (story.conversation, place.channel_id, story.customer, place.store_id, "", "zh-Hans", "")
        self.rows["conversations_conversation"].append((*about, story.opened, story.opened, ended))
        ours = "out", f"user:{place.agents[story.text % AGENTS]}", "客服", "sent"
        theirs = "in", f"customer:{story.customer}", "", "received"
        for turn, (direction, actor, author, status) in enumerate((theirs, ours, theirs)):
            at = story.after(turn * 20)
            text, lexemes = place.speech.said(story.number, turn, at)
            said = (direction, actor, author, text, "", "", status, "", 0, False, True, at, at, lexemes, VERSION)
            self.rows["conversations_message"].append((uuid7(at), story.conversation, *said))

    def _case(self, story: _Story) -> None:
        status, owner = _standing(story.number, self._place)
        closed = story.after(60) if status == "closed" else None
        due = None if closed else story.after(3 * 24 * 60)
        tier = "urgent" if story.number % 40 == 0 else "regular"
        kind = "complaint" if story.number // 10 % 4 == 1 else "inquiry"
        text = self._place.speech.text(story.number, 0)
        about = (story.case, f"C2026-{story.number + 1:06d}", kind, tier, status, text[:60])
        team = self._place.team_id if owner else self._place.queue_id
        whose = (story.conversation, story.customer, self._place.store_id, team, owner)
        times = (story.opened, story.after(40), closed, closed, None)
        ends = (0, "answered", "other") if closed else (0, "", "")
        awaits = status in ("new", "open")
        row = (*about, *whose, *times, *ends, "", due, story.case.hex, text[:100], awaits)
        self.rows["cases_case"].append(row)

    def _promises(self, story: _Story) -> None:
        from zhoudao.kit.ids import uuid7

        due = story.after(3 * 24 * 60)
        for kind in ("first_contact", "answer", "next_update", "resolution"):
            runs = story.is_active and kind in ("next_update", "resolution")
            kept = None if runs else story.after(20)
            clock = (480, "elapsed", story.opened, "[]", due, kept, kept, "", 0, due if runs else None)
            self.rows["cases_promise"].append((uuid7(story.opened), story.case, kind, *clock))

    def _events(self, story: _Story) -> None:
        for turn, said in enumerate((_HEARD | {"is_first": True}, _SENT, _HEARD | {"is_first": False})):
            self._event(story, turn + 1, story.after(turn * 20), said | {"message_id": ""})
        known = {"number": f"C2026-{story.number + 1:06d}", "kind": "inquiry", "tier": "regular", "channel": "api"}
        facts: list[Said] = [{"type": "cases.CaseOpened", "team": "reception"} | known]
        facts += [_MADE | {"promise": kind} for kind in ("first_contact", "answer", "next_update", "resolution")]
        facts += [_ASSIGNED | {"previous_team": None}] + ([] if story.is_active else [_CLOSED])
        for seq, said in enumerate(facts, 1):
            self._event(story, seq, story.after(60) if said is _CLOSED else story.opened, said)

    def _event(self, story: _Story, seq: int, at: datetime, said: Said) -> None:
        from zhoudao.kit.ids import uuid7

        talk = {"conversation": story.conversation, "customer": story.customer}
        is_talk = said["type"].startswith("conversations.")
        ids = talk if is_talk else {"case": story.case, **talk}
        kind, primary = next(iter(ids.items()))
        parties = json.dumps([[one, str(id_), ""] for one, id_ in ids.items()])
        facts = json.dumps({name: value for name, value in said.items() if name != "type"})
        where = (self._place.store_id, "api", "", kind, primary, seq, parties, list(ids.values()), facts, 1)
        self.rows["eventlog_event"].append((uuid7(at), said["type"], 1, at, at, "system:bench", *where))


def _standing(number: int, place: _Place) -> tuple[str, UUID | None]:
    """Status and owner: closed, in hand, unassigned or waiting."""
    if number % 10:
        return "closed", place.agents[number % AGENTS]
    rank = number // 10
    if rank < AGENTS * IN_HAND:
        return "open", place.agents[rank % AGENTS]
    return ("new", None) if rank % 2 else ("waiting", place.agents[rank // 2 % AGENTS])
