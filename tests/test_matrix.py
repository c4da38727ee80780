"""Route × role × own, other, missing: what is another team's answers like what does not exist, on every route."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern

from tests.test_permissions import COMPANYS, routes
from zhoudao.conduct import flows
from zhoudao.conduct.flows.commands import deploy_flow
from zhoudao.conduct.flows.models import Bend, FlowVersion, Run, Task
from zhoudao.conduct.improvement.tests.hung import hung_on
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.accounts.models import Grant, Store, Team, User
from zhoudao.ground.accounts.permits import permission_of
from zhoudao.ground.accounts.roles import PUBLIC, ROLES, SCOPES, SIGNED_IN, permissions_of
from zhoudao.ground.accounts.tokens import create_token
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.notices.models import Notice
from zhoudao.ground.webhooks.commands.managing import Terms, add_webhook
from zhoudao.ground.webhooks.models import Sending
from zhoudao.rooms.bookings.tests.salon import plain_booking
from zhoudao.rooms.bookings.told import Told as Booked
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.conversations.commands import add_note, enclose
from zhoudao.rooms.conversations.commands.late_files import keep_late_file
from zhoudao.rooms.conversations.inbound import Upload
from zhoudao.rooms.conversations.models import Attachment, Channel, Enclosure, Message
from zhoudao.rooms.orders.commands.handing_in import hand_in
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.stock.commands.counting import ask_count
from zhoudao.rooms.stock.commands.warehouses import Terms as PlaceTerms
from zhoudao.rooms.stock.commands.warehouses import open_warehouse
from zhoudao.rooms.stock.models import Count
from zhoudao.rooms.teamwork.models import Approval, Batch, CannedReply, Errand, Goodwill, Macro, SavedView
from zhoudao.rooms.visits.commands.taking import Asked, take_number
from zhoudao.rooms.visits.models import Line, Need, Visit
from zhoudao.rooms.visits.told import Told

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "独角兽秘密"  # in the other team's case, customer's name and note
MISSING = str(uuid.UUID(int=7))
NUMBER = "C2026-999999"
# what is nobody's in particular, or has a test of its own, which the reason names
COMPANY = {
    **dict.fromkeys(
        ("key", "version", "version_id", "rehearsal_id"),
        "flows and tables are the company's: `test_only_who_may_change_flows_draws_and_who_may_read_compares`,"
        " `test_a_stores_manager_tries_there_and_decides_nothing_for_the_rest`",
    ),
    **dict.fromkeys(
        ("run_id", "incident_id", "parked_id"),
        "freed by who looks after all flows (COMPANY_WIDE), seen by whose case it is:"
        " `test_a_lead_sees_what_is_stuck_in_their_own_cases_and_of_others_nothing`",
    ),
    **dict.fromkeys(("slip", "piece_id", "stray_id"), "`test_goods_are_taken_in_where_they_arrive_and_name_nobody`"),
    **dict.fromkeys(("warehouse_id", "report_id", "variant_id", "post_id", "notice_number"), "changed company-wide"),
    **dict.fromkeys(
        ("incident", "round_id", "step_id", "join_id", "surge_id", "action_id"),
        "an incident is read by all who read incidents, steered by its store's, and writes only where rights hold:"
        " `test_an_incident_is_steered_where_the_role_holds`, `test_others_cases_do_not_exist`,"
        " `test_who_only_reads_elsewhere_writes_to_nobody_there_however_many_there_are`",
    ),
    "risk_id": "read by all who read incidents, kept by its store's:"
    " `test_a_risk_is_kept_by_who_looks_after_its_store`",
    "calendar_id": "working hours are the company's: `test_no_page_that_changes_the_whole_company_opens_to_a_place`",
    "service_id": "what a service is, is the company's; what a store offers, its own:"
    " `test_a_lead_of_a_store_says_what_it_offers_and_not_what_a_service_is`",
    "code": "an article is all staff's, a channel its store's, a team by who sees it, a way to decide, an open door:"
    " `test_others_channels_do_not_exist_and_agents_may_not_look`, `test_another_teams_line_does_not_exist`,"
    " `test_a_lead_writes_their_teams_roster_and_does_not_see_others`,"
    " `test_a_lead_of_another_team_neither_writes_the_roster_nor_pages_for_a_test`",
    "record_id": "one person, however many records: `test_nobody_joins_or_sees_suggested_whom_they_may_not_see`",
    **dict.fromkeys(
        ("store_id", "team_id"),
        "founded and closed by whose rights hold everywhere:"
        " `test_no_page_that_changes_the_whole_company_opens_to_a_place`",
    ),
    "user_id": "who may change whose: `test_nobody_changes_who_may_do_more_or_works_elsewhere`,"
    " `test_nobody_gives_a_password_to_who_may_do_more`, `test_another_teams_line_does_not_exist`",
    "token_id": "`test_keys_of_elsewhere_are_neither_shown_nor_revoked`",
    "delivery_id": "`test_what_belongs_to_another_store_does_not_exist`",
    "suggestion_id": "`test_nobody_joins_or_sees_suggested_whom_they_may_not_see`",
    **dict.fromkeys(("kind", "name", "field"), "a word of a fixed list"),
    **dict.fromkeys(COMPANYS, "the company's (COMPANY_WIDE)"),
    "edition_id": "a handbook is read by its team: `test_it_is_for_its_people_and_for_who_reads_flows`",
    "sheet_id": "its asker's alone: `test_labels_are_their_askers_alone_for_a_day`",
    **dict.fromkeys(("elsewhere", "item_id"), "an address at which there is nothing, and what hangs on a pilot"),
    "organisation_id": "`test_somebody_elses_organisation_does_not_exist`",
    **dict.fromkeys(("shortfall_id", "improvement_id", "alarm_id"), "`test_an_alarm_of_elsewhere_does_not_exist`"),
}
KEEPS_NUMBERS = {"desk/intake/"}  # what a channel brought is its readers': a case number in it opens nothing to others
FILLED = {"field": "phone", "code": "resolve", "name": "x", "order_number": "O2026-999999"}


@dataclass
class World:
    """A case of one's own team, another team's, and what hangs on each, by the routes' names for it."""

    shop: Shop
    own: Case
    other: Case
    others: dict[str, str]

    def user(self, role: str, elsewhere: str = "") -> Client:
        """Somebody of the own team in this role, and perhaps in another role of the other team."""
        user = User.objects.create_user(email=f"{role}@matrix.example", password="x" * 12, name=role)
        Grant.objects.create(user=user, role=role, team=self.shop.cast.teams["reception"])
        if elsewhere:
            Grant.objects.create(user=user, role=elsewhere, team=self.shop.cast.teams["after_sales"])
        return self.browser(user)

    def browser(self, user: User) -> Client:
        """Signed in as somebody."""
        client = Client()
        client.force_login(user, backend="zhoudao.ground.accounts.backends.WithGrants")
        return client


def webhook_of_nanjing(shop: Shop) -> Sending:
    """A delivery of a webhook of the other store."""
    terms = Terms("https://shop.example/hook", ("cases.CaseOpened",), SECRET, shop.cast.stores["nanjing"].id)
    webhook, _key = add_webhook(terms=terms, viewer=shop.viewer("admin"), at=shop.now, real_now=shop.now)
    return Sending.objects.create(webhook=webhook, type="webhooks.ping", made_at=shop.now, next_at=shop.now)


def visit_in(store: Store, shop: Shop) -> Visit:
    """Somebody who waits in the other store."""
    Line.objects.create(store=store)
    need = Need.objects.create(store=store, names={"en": "Repair"}, letter="A", kind="after_sales")
    return take_number(Asked(store.id, need.id, uuid.uuid4(), told=Told(name=SECRET)), at=shop.now)


def count_in(store: Store, shop: Shop) -> Count:
    """A stock-take of the other store."""
    terms = PlaceTerms({"zh-Hans": "南京店库存"})
    place = open_warehouse(code="nanjing", terms=terms, store_id=store.id, by=By("user:sun"), at=shop.now)
    return ask_count(warehouse_id=place.id, by=By("user:sun"), at=shop.now)


def bend_of(shop: Shop, case: Case) -> Bend:
    """A bend of this case's flow."""
    flow = deploy_flow(source=bpmn("start s\nuser a\nend e\ns -> a -> e"), by=By("user:manager"), at=shop.now)
    walked = {"object_type": "case", "object_id": case.id, "marking": b"", "started_at": shop.now}
    run = Run.objects.create(version=flow, **walked)
    bent = {"object_id": case.id, "kind": "skip", "reason": "no_time", "bent_by": "user:sun", "bent_at": shop.now}
    return Bend.objects.create(run=run, version=flow, **bent)


def order_of(case: Case, store: Store, shop: Shop) -> dict[str, Any]:
    """An order of this case's customer, in the other store, and what holds it."""
    who = {"customer_id": case.customer_id, "recipient": Recipient(SECRET, "13912340000", SECRET), "remark": SECRET}
    order = placed(store=store.code, claims=[], external_number=SECRET, at=shop.now, **who)
    hold = open_hold(order_id=order.id, reason="other", due_at=shop.now, by=By("user:sun"), at=shop.now)
    return {"order_number": order.number, "hold_id": hold.id, **hung_on(order, store, SECRET, at=shop.now)}


def file_of(note: Message, shop: Shop) -> Attachment:
    """A file that came with this message."""
    Message.objects.filter(id=note.id).update(failure="late")
    keep_late_file(message_id=note.id, upload=Upload("x.txt", SECRET.encode()), at=shop.now)
    return Attachment.objects.get(message=note)


def enclosure_in(case: Case, who: User, shop: Shop) -> Enclosure:
    """A file this person has put with what they write in a case."""
    assert case.conversation_id is not None
    upload = Upload("x.txt", SECRET.encode())
    return enclose(conversation_id=case.conversation_id, user_id=who.pk, upload=upload, at=shop.now)


def task_for(case: Case, team: Team, shop: Shop) -> Task:
    """A step somebody of this team is to do for this case, in a run of the shipped flow."""
    source = (Path(flows.__file__).parent / "shipped" / "inquiry.bpmn").read_bytes()
    version = FlowVersion.objects.create(key="matrix", version=1, source=source, deployed_at=shop.now)
    there = {"object_type": "case", "object_id": case.id, "store": case.store}
    run = Run.objects.create(version=version, marking=b"", started_at=shop.now, **there)
    return Task.objects.create(run=run, token=1, element="answer", name=SECRET, team=team, opened_at=shop.now, **there)


@pytest.fixture
def world() -> World:
    shop = open_shop()
    own = shop.hears("桌子什么时候到？", who="own")
    webchat = Channel.objects.filter(code="webchat")
    webchat.update(store=shop.cast.stores["nanjing"])
    other = shop.hears(f"{SECRET} 我要投诉", who="other")
    webchat.update(store=shop.cast.stores["web"])
    sun, team = shop.cast.people["sun"], shop.cast.teams["after_sales"]
    Case.objects.filter(id=other.id).update(team=team, owner=sun)
    other.refresh_from_db()
    assert other.conversation_id is not None
    written = {"text": SECRET, "by": By(f"user:{sun.pk}"), "author_name": "孙丽", "at": shop.now}
    note = add_note(conversation_id=other.conversation_id, **written)
    asked = {"case": other, "team": team, "asked_by": sun, "question": SECRET, "asked_at": shop.now, "due_at": shop.now}
    answer = Answer.objects.create(case=other, way="phone", words=SECRET, by=sun, answered_at=shop.now)
    goodwill = Goodwill.objects.create(
        case=other, kind="gift", amount_minor=1, currency="CNY", reason=SECRET, state="asked", asked_by=sun,
        asked_at=shop.now,
    )  # fmt: skip
    approval = Approval.objects.create(goodwill=goodwill, role="team_lead", asked_at=shop.now, due_at=shop.now)
    told = webhook_of_nanjing(shop)
    store = shop.cast.stores["nanjing"]
    others = {
        "number": other.number,
        "message_id": note.id,
        "attachment_id": file_of(note, shop).id,
        "enclosure_id": enclosure_in(other, sun, shop).id,
        "promise_id": other.promises.all()[0].id,
        "errand_id": Errand.objects.create(**asked).id,
        "answer_id": answer.id,
        "goodwill_id": goodwill.id,
        "approval_id": approval.id,
        "customer_id": other.customer_id,
        "task_id": task_for(other, team, shop).id,
        "webhook_id": told.webhook_id,
        "sending_id": told.id,
        "reply_id": CannedReply.objects.create(owner=sun, title=SECRET, search=SECRET, changed_at=shop.now).id,
        "macro_id": Macro.objects.create(owner=sun, title=SECRET, steps={"tier": "urgent"}, changed_at=shop.now).id,
        "batch_id": Batch.objects.create(user=sun, total=0, asked_at=shop.now).id,
        "view_id": SavedView.objects.create(owner=sun, title=SECRET, changed_at=shop.now).id,
        "visit_id": visit_in(store, shop).id,
        "booking_id": plain_booking(store, Booked(SECRET, words=SECRET), case=other, at=shop.now).id,
        "count_id": count_in(store, shop).id,
        "list_id": hand_in(name=SECRET, content=SECRET.encode(), user_id=sun.pk, at=shop.now).id,
        **order_of(other, store, shop),
        "bend_id": bend_of(shop, other).id,
        "team": team.code,
        "notice_id": Notice.objects.create(user=sun, kind="assigned", key="k", address="/desk/", at=shop.now).id,
    }
    return World(shop, own, other, {name: str(value) for name, value in others.items()})


def guarded(*, api: bool = False) -> Iterator[tuple[str, URLPattern, str]]:
    """Every route that is not for everybody: address, pattern, permission."""
    for prefix, entry in routes():
        needed = str(permission_of(entry.callback))
        if (
            prefix.startswith("api/v1/")
            if api
            else needed != PUBLIC and not prefix.startswith(("api/v1/", "accounts/"))
        ):
            yield prefix + str(entry.pattern), entry, needed


def filled(pattern: str, values: dict[str, str]) -> str:
    """An address with these in the places of its names."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], FILLED.get(found[1], MISSING)), pattern)


def plain(response: HttpResponse, *ids: str) -> tuple[int, str]:
    """An answer without what differs in any case: what was asked for, and tokens."""
    text = response.content.decode(errors="replace")
    for one in ids:
        text = text.replace(one, "…")
    return response.status_code, re.sub(r"[A-Za-z0-9]{64}|\d\d:\d\d:\d\d[.\d]*|\"real\": [\d.]+", "…", text)


def scoped(pattern: URLPattern) -> set[str]:
    return set(pattern.pattern.converters) - set(COMPANY)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "api"])
def test_what_is_another_teams_is_like_what_is_missing(world: World, role: str) -> None:
    client, wrong, tried = world.user(role), [], 0
    missing = {"number": NUMBER}
    mixed = world.others | {"number": world.own.number}  # another's thing under a case of one's own
    for pattern, entry, _needed in guarded():
        if not scoped(entry):
            continue
        assert scoped(entry) <= set(world.others), f"say in this test whose {scoped(entry)} of {pattern} is"
        for method in ("get", "post"):
            ask = getattr(client, method)
            nothing = plain(ask(filled(pattern, missing)), NUMBER, MISSING)
            found = plain(ask(filled(pattern, world.others)), *world.others.values())
            tried += 1
            if found != nothing or SECRET in found[1]:
                wrong.append(f"{method} {pattern}: {found[0]}, missing {nothing[0]}")
            if len(scoped(entry)) > 1:
                own = {"number": world.own.number}
                nothing = plain(ask(filled(pattern, own)), MISSING)
                found = plain(ask(filled(pattern, mixed)), *world.others.values())
                if found[0] != nothing[0] or SECRET in found[1]:
                    wrong.append(f"{method} {pattern} under one's own case: {found[0]}, missing {nothing[0]}")
    assert wrong == []
    assert tried > 60


@pytest.mark.parametrize("role", [role for role in ROLES if role != "api"])
def test_lists_counts_exports_and_searches_say_nothing_of_it_and_ones_own_is_there(world: World, role: str) -> None:
    client, wrong = world.user(role), []
    allowed = permissions_of([role]) | {SIGNED_IN}
    for pattern, entry, needed in guarded():
        names = set(entry.pattern.converters)
        if not names:
            for query in ({}, {"q": SECRET}, {"q": world.other.number}, {"view": "all"}, {"figure": "cases.waiting"}):
                text = client.get(filled(pattern, {}), query).content.decode(errors="replace")
                said = text.replace(f'value="{query.get("q")}"', "").replace(str(query.get("q", "\0")), "")
                hidden = [SECRET, str(world.other.customer_id)]
                hidden += [] if pattern in KEEPS_NUMBERS else [world.other.number]
                if any(one in said for one in hidden):
                    wrong.append(f"{pattern} {query}")
        elif names == {"number"} and needed in allowed and "complaint" not in pattern:
            status = client.get(filled(pattern, {"number": world.own.number})).status_code
            if status in (403, 404):
                wrong.append(f"{pattern}: one's own is {status}")
    assert wrong == []


def test_a_program_of_one_store_is_told_nothing_of_anothers(world: World) -> None:
    scopes = sorted(SCOPES - {"demo:replay"})
    secret = create_token(name="matrix", scopes=scopes, store=Store.objects.get(code="web"))
    client, wrong, tried = Client(headers={"authorization": f"Bearer {secret}"}), [], 0
    json: dict[str, Any] = {"content_type": "application/json"}
    for pattern, entry, _needed in guarded(api=True):
        names = scoped(entry)
        assert names <= set(world.others), f"say in this test whose {names} of {pattern} is"
        if names:
            for method, extra in (("get", {}), ("post", json), ("patch", json), ("delete", {})):
                ask = getattr(client, method)
                nothing = ask(filled(pattern, {"number": NUMBER}), **extra).status_code
                found = ask(filled(pattern, world.others), **extra)
                tried += 1
                if found.status_code != nothing or SECRET in found.content.decode():
                    wrong.append(f"{method} {pattern}: {found.status_code}, missing {nothing}")
        elif not entry.pattern.converters:
            for query in ({}, {"q": SECRET}, {"q": world.other.number}):
                text = client.get(filled(pattern, {}), query).content.decode()
                said = text.replace(f'"{query.get("q")}"', "")
                if world.other.number in said or SECRET in said:
                    wrong.append(f"{pattern} {query}")
    assert wrong == []
    assert tried > 20


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("api", "analyst")])
def test_a_role_of_one_team_is_no_role_in_another_where_one_only_reads(world: World, role: str) -> None:
    client, wrong, tried = world.user(role, elsewhere="analyst"), [], 0
    assert client.get(f"/desk/cases/{world.other.number}/").status_code == 200, "an analyst reads the other team's case"
    for pattern, entry, needed in guarded():
        if not scoped(entry) or needed in permissions_of(["analyst"]) | {SIGNED_IN}:
            continue
        for method in ("get", "post"):
            ask = getattr(client, method)
            nothing = ask(filled(pattern, {"number": NUMBER})).status_code
            found = ask(filled(pattern, world.others)).status_code
            tried += 1
            if found != nothing:
                wrong.append(f"{method} {pattern} ({needed}): {found}, missing {nothing}")
    assert wrong == []
    assert tried > 40


def test_everything_the_matrix_hides_is_there_for_whoever_may_see_it(world: World) -> None:
    people = [world.shop.cast.people[name] for name in ("admin", "sun")]
    alive: set[str] = set()
    for client in map(world.browser, people):
        for pattern, entry, _needed in guarded():
            names = scoped(entry)
            if names and names != {"number"}:
                there = filled(pattern, world.others)
                for name in names - alive - {"number"}:
                    gone = filled(pattern, world.others | {name: MISSING})
                    if client.get(there).status_code != client.get(gone).status_code:
                        alive.add(name)
    posted = {
        "visit_id",
        "promise_id",
        "goodwill_id",
        "notice_id",
        "message_id",
        *("answer_id", "enclosure_id"),
        *("bend_id", "hold_id"),
        *("parcel_id", "shipment_id", "refund_id"),
        "team",
    }  # their pages only take a form, or are only for programs
    assert set(world.others) - alive - posted - {"number"} == set()


def test_no_reason_is_kept_for_what_no_route_has() -> None:
    every = [entry for _prefix, entry in routes()]
    assert set(COMPANY) <= {name for entry in every for name in entry.pattern.converters}


def test_every_test_a_reason_names_is_there() -> None:
    named = {name for reason in COMPANY.values() for name in re.findall(r"`(test_\w+)`", reason)}
    files = [*Path().glob("tests/**/test_*.py"), *Path().glob("zhoudao/**/test_*.py")]
    written = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert {name for name in named if f"def {name}(" not in written} == set()
