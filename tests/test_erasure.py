"""A forgotten customer: no word of theirs stands anywhere, what happened and every figure stays."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import ALIVE, Incident, Run, Task
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event, Parked
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.money import Money
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.bookings.tests.salon import plain_booking
from zhoudao.rooms.bookings.told import Told as Booked
from zhoudao.rooms.bookings.told import note_of
from zhoudao.rooms.bookings.told import told_of as booked_of
from zhoudao.rooms.cases.commands.closing import close_case, reopen_case
from zhoudao.rooms.cases.commands.merging import merge_cases, undo_merge
from zhoudao.rooms.cases.commands.replying import note_on_case, reply_to_case
from zhoudao.rooms.cases.models import ACTIVE, Case
from zhoudao.rooms.cases.queries.board import Asked, period, promises, standing
from zhoudao.rooms.cases.refusals import CasesStillOpen, CustomerForgotten
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload, accept_raw, receive_message, save_draft
from zhoudao.rooms.conversations.models import Channel, Conversation, Delivery, Message
from zhoudao.rooms.customers.commands import ErasureUnsound, erase_customer, export_customer, unmask
from zhoudao.rooms.fieldwork.sealed import Told as Visited
from zhoudao.rooms.fieldwork.tests.network import plain_visit
from zhoudao.rooms.orders.commands.ending import complete_order
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.refusals import OrdersStillOpen
from zhoudao.rooms.orders.sealed import recipient_of, remark_of
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.teamwork.approving import decide_approval
from zhoudao.rooms.teamwork.authority import ensure_default_limits
from zhoudao.rooms.teamwork.errands import answer_errand, ask_team
from zhoudao.rooms.teamwork.goodwill import grant_goodwill
from zhoudao.rooms.teamwork.models import Approval, Errand
from zhoudao.rooms.visits.commands import taking
from zhoudao.rooms.visits.models import Line, Need, Visit
from zhoudao.rooms.visits.told import Told, told_of
from zhoudao.rooms.voice.commands import rate_case
from zhoudao.rooms.voice.models import OrderRating, Rating

pytestmark = pytest.mark.django_db(transaction=True)
WORD = "独角兽秘密"
PHONE = "13899991234"
NAME = "欧阳独角兽"
MAIL = "unicorn.person@mail.example"
NEEDLES = [WORD, PHONE, NAME, MAIL, "独角兽"]
BY = By("user:admin")


def columns() -> Iterator[tuple[str, str, str]]:
    """Every column of every table that can hold words: text, JSON, bytes, arrays, search vectors."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND data_type IN"
            " ('text', 'character varying', 'character', 'json', 'jsonb', 'bytea', 'ARRAY', 'tsvector')"
        )
        yield from cursor.fetchall()


def found(needles: list[str]) -> set[tuple[str, str, str]]:
    hits = set()
    with connection.cursor() as cursor:
        for table, column, kind in list(columns()):
            for needle in needles:
                looked, sought = (f'"{column}"::text', needle)
                if kind == "bytea":
                    looked, sought = f"encode(\"{column}\", 'hex')", needle.encode().hex()
                cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE position(%s IN {looked}) > 0)', [sought])
                if cursor.fetchone() == (True,):
                    hits.add((table, column, needle))
    return hits


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    ensure_shipped_flows(shop.now)
    return shop


def said(shop: Shop, text: str, number: str, **more: Any) -> Conversation:
    claims = [Claim("visitor", "v-1", scope="webchat"), Claim("phone", PHONE, verified=True), Claim("email", MAIL)]
    inbound = Inbound(channel="webchat", external_id=f"{WORD}-{number}", claims=claims, name=NAME, text=text, **more)
    got = receive_message(inbound=inbound, at=shop.now)
    dispatch.drain()
    return Conversation.objects.get(id=got.conversation_id)


@pytest.fixture
def case(shop: Shop) -> Case:
    """A customer's words, planted wherever the house lets them be written."""
    talk = said(shop, f"{WORD}，我的电话 {PHONE}", "1", uploads=[Upload(f"{WORD}.txt", WORD.encode())], subject=WORD)
    case = Case.objects.get(conversation=talk)
    zhao, sun = shop.viewer("zhao"), shop.viewer("sun")
    note_on_case(case_id=case.id, text=f"备注 {WORD}", viewer=zhao, at=shop.later(minutes=1))
    reply_to_case(case_id=case.id, text=f"回复 {WORD}", viewer=zhao, at=shop.later(minutes=1), real_now=shop.now)
    save_draft(conversation_id=talk.id, user_id=shop.cast.people["wang"].pk, text=f"草稿 {WORD}", at=shop.now)
    for question in ("一", "二"):
        team = shop.cast.teams["after_sales"].id
        ask_team(case_id=case.id, team_id=team, question=f"{question} {WORD}", minutes=60, viewer=zhao, at=shop.now)
    first = Errand.objects.order_by("asked_at", "id").first()
    assert first is not None
    answer_errand(errand_id=first.id, answer=f"答 {WORD}", viewer=sun, at=shop.later(minutes=1))
    unmask(customer_id=case.customer_id, field="phone", viewer=zhao, reason=f"给{NAME}回电", at=shop.now)
    _in_the_flow(case, shop)
    ensure_default_limits()
    asked = {"kind": "refund", "amount": Money(30_000, "CNY"), "reason": f"退款 {WORD}"}
    grant_goodwill(case_id=case.id, viewer=shop.viewer("wang"), at=shop.now, **asked)
    decide_approval(
        approval_id=Approval.objects.get().id, is_approved=True, reason=f"同意 {WORD}", viewer=zhao, at=shop.now
    )
    mail = Channel.objects.create(code="mail", kind="email", store=case.store)
    letter = accept_raw(channel=mail, key="9/1", raw=f"From: {MAIL.upper()}\n\n{WORD}".encode(), at=shop.now)
    call = accept_raw(channel=mail, key="9/2", raw=f"please call 138-9999 1234 {WORD}".encode(), at=shop.now)
    Delivery.objects.filter(id__in=[letter.id, call.id]).update(status="failed", detail=f"unreadable: {WORD}")
    accept_raw(channel=mail, key="9/3", raw=b"somebody else", at=shop.now)
    _in_the_store(case, shop)
    _booked(case, shop)
    _ordered(case, shop)
    return case


def _in_the_store(case: Case, shop: Shop) -> None:
    line = Line.objects.create(store=shop.cast.stores["nanjing"])
    need = Need.objects.create(store=line.store, names={"en": "Repair"}, letter="A", kind="after_sales")
    for phone in (PHONE, "13700000000"):
        told = Told(name=NAME, phone=phone, case_number=case.number)
        taking.take_number(taking.Asked(line.store_id, need.id, uuid4(), told=told), at=shop.now)


def _booked(case: Case, shop: Shop) -> None:
    for phone, theirs in ((PHONE, case), ("13700000000", None)):
        told = Booked(NAME, f"+86{phone}", MAIL, WORD, {"q": WORD})
        plain_booking(shop.cast.stores["nanjing"], told, case=theirs, note=WORD, at=shop.now)
    where = Visited(WORD, NAME, f"+86{PHONE}")
    plain_visit(shop.cast.stores["nanjing"], where, customer_id=case.customer_id, at=shop.now)


def _ordered(case: Case, shop: Shop) -> None:
    who = Recipient(NAME, PHONE, WORD, "江苏省", "南京市", WORD)
    asked = {"claims": [], "customer_id": case.customer_id, "recipient": who, "remark": WORD, "at": shop.now}
    order = complete_order(order_id=placed(**asked).id, by=BY, at=shop.now)
    OrderRating.objects.create(order=order, product=4, delivery=4, service=4, comment=WORD, rated_at=shop.now)


def _in_the_flow(case: Case, shop: Shop) -> None:
    run = Run.objects.filter(object_id=case.id).first()
    assert run is not None
    Run.objects.filter(id=run.id).update(data={"reason": WORD})
    assert Task.objects.filter(run=run).update(result={"what": WORD}, item={"name": WORD}) > 0
    Incident.objects.create(run=run, code="x", detail=WORD, work={"values": WORD}, happened_at=shop.now)


def close(case: Case, shop: Shop) -> None:
    viewer = shop.viewer("admin")
    close_case(case_id=case.id, viewer=viewer, at=shop.later(hours=1), outcome="solved", cause="product")
    dispatch.drain()
    rate_case(case_id=case.id, score=4, comment=f"评价 {WORD}", at=shop.later(minutes=1))


def test_the_words_were_there_and_no_column_of_any_table_has_them_afterwards(shop: Shop, case: Case) -> None:
    close(case, shop)
    before = {table for table, _column, _needle in found(NEEDLES)}
    rooms = {"conversations_message", "conversations_draft", "conversations_conversation", "conversations_delivery"}
    rooms |= {
        "cases_case",
        "teamwork_errand",
        "teamwork_goodwill",
        "teamwork_approval",
        "voice_rating",
        "voice_orderrating",
        "flows_run",
        "flows_task",
        "flows_incident",
    }
    assert rooms | {"vault_unmasking"} <= before
    erase_customer(customer_id=case.customer_id, at=shop.now, by=BY)
    dispatch.drain()
    assert found(NEEDLES) == set()
    assert not Message.objects.exclude(search=None).exists()
    theirs, anothers = Visit.objects.order_by("serial")
    assert (told_of(theirs), told_of(anothers).phone) == (Told(), "+8613700000000"), "nobody else's number is touched"
    assert Delivery.objects.filter(key="9/3").get().raw_sealed is not None, "nobody else's letter is touched"


def test_events_and_figures_are_what_they_were(shop: Shop, case: Case) -> None:
    close(case, shop)
    events = list(Event.objects.order_by("id").values_list("id", "type", "attributes"))
    viewer, asked = shop.viewer("admin"), Asked(TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=1))
    counted = period(viewer, asked), promises(viewer, asked), standing(viewer, asked, at=shop.now)
    erase_customer(customer_id=case.customer_id, at=shop.now, by=BY)
    assert list(Event.objects.order_by("id").values_list("id", "type", "attributes"))[: len(events)] == events
    assert (period(viewer, asked), promises(viewer, asked), standing(viewer, asked, at=shop.now)) == counted
    assert Rating.objects.get().score == 4
    kept = Case.objects.get(id=case.id)
    assert (kept.number, kept.outcome, kept.customer_id) == (case.number, "solved", case.customer_id)


def test_what_is_open_is_finished_first_and_nothing_is_half_done(shop: Shop, case: Case) -> None:
    before = found(NEEDLES)
    with pytest.raises(CasesStillOpen, match=case.number):
        erase_customer(customer_id=case.customer_id, at=shop.now, by=BY)
    assert found(NEEDLES) == before
    close(case, shop)
    with pytest.raises(ErasureUnsound):
        erase_customer(customer_id=case.customer_id, reason=WORD, at=shop.now, by=BY)


def test_what_is_not_a_case_yet_becomes_none_once_its_writer_is_forgotten(shop: Shop) -> None:
    claims = [Claim("visitor", "v-9", scope="webchat")]
    got = receive_message(inbound=Inbound("webchat", f"{WORD}-9", claims, text=WORD), at=shop.now)
    erase_customer(customer_id=Conversation.objects.get(id=got.conversation_id).customer_id, at=shop.now, by=BY)
    dispatch.drain()
    assert not Case.objects.exists()
    assert not Parked.objects.exists(), "and that is no trouble"


def test_nobody_is_put_to_work_again_for_whoever_was_forgotten(shop: Shop, case: Case) -> None:
    other = shop.hears(WORD, who="v-77")
    Case.objects.filter(id=other.id).update(customer=case.customer_id)
    admin = shop.viewer("admin")
    merge_cases(case_id=other.id, into_id=case.id, viewer=admin, at=shop.now)
    close(case, shop)
    erase_customer(customer_id=case.customer_id, at=shop.now, by=BY)
    for act, id_ in ((reopen_case, case.id), (undo_merge, other.id)):
        with pytest.raises(CustomerForgotten):
            act(case_id=id_, viewer=admin, at=shop.now)
    dispatch.drain()
    assert not Case.objects.filter(status__in=ACTIVE).exists()


def test_a_room_that_fails_undoes_the_others(shop: Shop, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    close(case, shop)
    before = found(NEEDLES)

    def broken(subject_id: UUID) -> int:
        raise OSError("no disk")

    monkeypatch.setattr("zhoudao.ground.vault.box.destroy_keys", broken)
    with pytest.raises(OSError, match="no disk"):
        erase_customer(customer_id=case.customer_id, at=shop.now, by=BY)
    assert found(NEEDLES) == before


def test_nothing_of_theirs_still_leaves_or_leads_anywhere(shop: Shop, case: Case) -> None:
    reply_to_case(
        case_id=case.id,
        text=f"稍后 {WORD}",
        viewer=shop.viewer("zhao"),
        at=shop.now,
        real_now=shop.now,
        undo_seconds=60,
    )
    close(case, shop)
    Message.objects.filter(text__contains="稍后").update(status="queued")
    erase_customer(customer_id=case.customer_id, at=shop.now, by=BY)
    assert not Message.objects.filter(status__in=["queued", "sending"]).exists()
    assert Case.objects.get(id=case.id).progress_token != case.progress_token
    theirs, others = (list(Booking.objects.filter(case=one)) for one in (case, None))
    assert [(one.state, booked_of(one).words, note_of(one)) for one in theirs] == [("cancelled", "", "")]
    assert [(one.state, booked_of(one).words, note_of(one)) for one in others] == [("booked", WORD, WORD)]
    order = Order.objects.get(customer=case.customer_id)
    assert (recipient_of(order).name, remark_of(order), order.district) == ("", "", "")
    assert (order.city, order.total_minor, order.lines.count()) == ("南京市", 31_000, 2), "figures stay"
    assert not Errand.objects.filter(answered_at=None, withdrawn_at=None).exists()
    assert not Run.objects.filter(object_id=case.id, status__in=ALIVE).exists()


def test_nobody_is_erased_whose_goods_are_still_to_come(shop: Shop, case: Case) -> None:
    close(case, shop)
    Order.objects.update(commercial="placed")
    with pytest.raises(OrdersStillOpen, match=Order.objects.get().number):
        erase_customer(customer_id=case.customer_id, at=shop.now, by=BY)
    assert recipient_of(Order.objects.get()).name == NAME


def test_whoever_writes_again_is_somebody_new(shop: Shop, case: Case) -> None:
    close(case, shop)
    erase_customer(customer_id=case.customer_id, at=shop.now, by=BY)
    again = said(shop, "又是我", "2")
    assert again.customer_id != case.customer_id
    assert again.customer.name == NAME


def test_a_person_gets_everything_we_hold_and_that_is_written_down(shop: Shop, case: Case) -> None:
    close(case, shop)
    everything = export_customer(customer_id=case.customer_id, viewer=shop.viewer("admin"), at=shop.now)
    [record] = everything["records"]
    assert record["name"] == NAME
    assert {one["value"] for one in record["known_by"]} >= {f"+86{PHONE}", MAIL}
    [talk] = everything["conversations"]
    assert talk["messages"][0]["text"] == f"{WORD}，我的电话 {PHONE}"
    assert talk["messages"][0]["files"][0]["name"] == f"{WORD}.txt"
    assert f"备注 {WORD}" in [one["text"] for one in talk["messages"]]
    assert [one["comment"] for one in everything["ratings"]] == [WORD, f"评价 {WORD}"], "of an order, of a case"
    assert everything["teamwork"]["asked"][0]["answer"] == f"答 {WORD}"
    assert everything["flows"][0]["data"] == {"reason": WORD}
    assert everything["cases"][0]["number"] == case.number
    [visit] = everything["visits"]
    assert visit["told"] == {"name": NAME, "phone": f"+86{PHONE}", "case_number": case.number}
    [booking] = everything["bookings"]
    assert (booking["told"]["words"], booking["note"]) == (WORD, WORD)
    [visit] = everything["field_visits"]
    assert visit["told"] == {"street": WORD, "name": NAME, "phone": f"+86{PHONE}"}
    [order] = everything["orders"]
    assert (order["recipient"]["address"], order["remark"], order["total"]) == (WORD, WORD, "310.00")
    assert "cases.CaseOpened" in [one["type"] for one in everything["happened"]]
    assert Event.objects.filter(type="customers.CustomerExported", primary_id=case.customer_id).count() == 1
