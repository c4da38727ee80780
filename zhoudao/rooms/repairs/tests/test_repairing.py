"""A repair from the customer's words to the signature: judged, quoted, with parts from stock, checked, handed back."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.repairs.commands.ending import (
    cancel_repair,
    close_repair,
    give_up,
    hand_back,
    note_paid,
    sign_off,
)
from zhoudao.rooms.repairs.commands.parts import add_part, bring_back, drop_part, keep_parts
from zhoudao.rooms.repairs.commands.quoting import Priced, answer_quote, send_quote
from zhoudao.rooms.repairs.commands.working import (
    add_photos,
    begin_repair,
    check_repair,
    finish_repair,
    log_work,
)
from zhoudao.rooms.repairs.judging import propose
from zhoudao.rooms.repairs.kinds import PhotoOf
from zhoudao.rooms.repairs.models import Device, Quote, Repair
from zhoudao.rooms.repairs.refusals import (
    AlreadyInRepair,
    DeviceDisputed,
    KeyReused,
    NameUnsaid,
    NotAPhoto,
    NothingToPay,
    NotNow,
    OwnWork,
    PartsMissing,
    PartsUnsound,
    QuoteAnswered,
    QuoteExpired,
    QuoteGone,
    QuoteUnsound,
    ReferenceUnsaid,
    SignatureUnsound,
    StillToPay,
    SymptomUnsaid,
    TriageUnsound,
    WorkUnsound,
)
from zhoudao.rooms.repairs.sealed import signer_of, words_of, work_words
from zhoudao.rooms.repairs.tests.workshop import (
    A_DAY,
    CLERK,
    LEAD,
    LINK,
    LIU,
    MA,
    PNG,
    TEN,
    asked,
    book,
    device,
    judged,
    parts_come,
    place,
    sold,
    told,
)
from zhoudao.rooms.stock.tests.shelf import differences

pytestmark = pytest.mark.django_db
LATER = TEN + timedelta(days=400)  # the warranty is over


def of(repair: Repair, by: By = LIU, **more: Any) -> dict[str, Any]:
    return {"repair_id": repair.id, "by": by, "at": TEN + 2 * A_DAY} | more


def quoted(**more: Any) -> tuple[Repair, Quote]:
    """A repair after the warranty: 80.00 for labour and a seal of 35.50."""
    parts_come(more.pop("parts", 5))
    repair = judged(asked(sold(), at=LATER), at=LATER)
    given: dict[str, Any] = {"labour_minor": 8_000, "parts": [Priced("SEAL-1", 1, 3_550)], "valid_days": 7} | more
    quote = send_quote(**of(repair, CLERK, at=LATER), **given)
    return repair, quote


def finished(repair: Repair) -> Repair:
    begin_repair(**of(repair))
    log_work(**of(repair), minutes=35, words="换了门封", key=uuid4())
    return finish_repair(**of(repair), is_solved=True)


def test_what_is_known_is_answered_at_once() -> None:
    repair = asked(sold(), words="门边漏水 13912345678", photos=[PNG, PNG])
    assert (repair.number[:6], repair.state, repair.is_covered, repair.covered_why) == (
        "M2026-",
        "reported",
        True,
        "covered",
    )
    assert (repair.proposed, repair.confidence, repair.place, repair.skill, repair.part_sku) == (
        "seal",
        75,
        "field",
        "washer",
        "SEAL-1",
    )
    assert (words_of(repair), repair.photos.count()) == ("门边漏水 13912345678", 1)
    assert told(repair) == ["RepairRequested", "WarrantyChecked"]
    about = {
        kind
        for kind, _id, _role in Event.objects.filter(primary_id=repair.id, seq=1).values_list("parties", flat=True)[0]
    }
    assert about == {"repair", "device", "customer", "order", "conversation"}


@pytest.mark.django_db(transaction=True)
def test_its_case_is_there_with_it_and_a_second_repair_is_heard_of_in_the_one_that_is_open() -> None:
    open_shop()
    order = sold()
    repair = asked(order)
    dispatch.drain()
    case = Case.objects.get(conversation=repair.conversation_id)
    assert case.kind == "after_sales"
    cancel_repair(**of(repair, CLERK), reason="solved")
    again = asked(order)
    assert again.conversation_id == repair.conversation_id


def test_what_cannot_be_asked_for_is_refused_and_nothing_is_kept() -> None:
    order = sold()
    with pytest.raises(SymptomUnsaid), transaction.atomic():
        asked(order, symptom="explodes")
    for photos in ([b"<html><script>1</script>"], [PNG, b"%PDF-1.4"], [PNG + bytes([n]) for n in range(9)]):
        with pytest.raises(NotAPhoto), transaction.atomic():
            asked(order, photos=photos)
    assert (Repair.objects.count(), Device.objects.count()) == (0, 0)


def test_the_same_form_twice_is_once_and_one_repair_a_device_is_open() -> None:
    order, key = sold(), uuid4()
    first = asked(order, key=key)
    assert asked(order, key=key) == first
    with pytest.raises(KeyReused):
        asked(order, key=key, symptom="noise")
    with pytest.raises(AlreadyInRepair) as refusal:
        asked(order)
    assert (refusal.value.repair_id, refusal.value.detail) == (first.id, first.number)
    twin = Repair.objects.get(id=first.id)
    twin.id, twin.key, twin.number = uuid4(), uuid4(), "M1"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_a_person_confirms_or_corrects_and_the_proposal_learns() -> None:
    repair = judged(asked(sold()))
    fact = Event.objects.get(primary_id=repair.id, type="repairs.RepairTriaged").attributes
    assert (fact["fault"], fact["is_corrected"], fact["confidence"]) == ("fault_seal", False, 75)
    likely = propose(repair.device, symptom="leak", error_code="")
    assert likely.confidence == round((75 * 10 + 100) / 11)
    judged(repair, "pump", minutes=90)
    fact = Event.objects.filter(primary_id=repair.id, type="repairs.RepairTriaged").latest("seq").attributes
    assert (fact["fault"], fact["proposed"], fact["is_corrected"]) == ("fault_pump", "fault_seal", True)
    assert propose(repair.device, symptom="leak", error_code="").confidence == round(75 * 10 / 11)


def test_an_error_code_says_more_than_a_symptom() -> None:
    repair = asked(sold(), symptom="code", error_code="e-18")
    assert (repair.error_code, repair.proposed, repair.confidence) == ("E18", "pump", 90)


def test_the_part_that_failed_decides_who_pays_and_a_person_may_say_otherwise() -> None:
    repair = asked(sold(), symptom="noise", at=LATER)
    assert (repair.is_covered, repair.covered_why) == (False, "over")
    repair = judged(repair, "motor", at=LATER)
    assert (repair.is_covered, repair.covered_why, repair.state) == (True, "part", "approved")
    repair = judged(repair, "motor", is_covered=False, at=LATER)
    assert (repair.is_covered, repair.covered_why, repair.state) == (False, "misuse", "triaged")
    repair = judged(repair, "seal", is_covered=True, at=LATER)
    assert (repair.is_covered, repair.covered_why, repair.state) == (True, "goodwill", "approved")
    assert told(repair).count("WarrantyChecked") == 4


def test_what_is_no_judgement_is_refused() -> None:
    repair = asked(sold())
    for wrong in ({"fault": "ghost"}, {"place": "moon"}, {"minutes": 4}, {"minutes": 601}):
        with pytest.raises(TriageUnsound):
            judged(repair, **wrong)


def test_whose_device_it_is_is_settled_before_it_is_judged() -> None:
    device(sold())
    repair = asked(sold(claims=[Claim("external", "buyer-2", scope="shop")]))
    assert repair.is_covered, "as for a number nobody knows"
    with pytest.raises(DeviceDisputed):
        judged(repair)


def test_covered_it_is_repaired_checked_and_signed_for_without_a_quote() -> None:
    parts_come()
    repair = judged(asked(sold()))
    with pytest.raises(NotNow):
        send_quote(**of(repair), labour_minor=100, parts=[], valid_days=7)
    keep_parts(**of(repair), warehouse_id=place())
    assert book() == (5, 1)
    repair = finished(repair)
    assert (book(), repair.state) == ((4, 0), "done")
    for own in (LIU,):
        with pytest.raises(OwnWork):
            check_repair(**of(repair, own), is_passed=True)
    check_repair(**of(repair, MA), is_passed=False)
    repair = finish_repair(**of(repair), is_solved=True)
    check_repair(**of(repair, MA), is_passed=True)
    for _twice in range(2):
        repair = sign_off(**of(repair), name=" 王 小姐 ", drawn=PNG)
    assert (repair.state, signer_of(repair), repair.handing) == ("closed", "王 小姐", "counter")
    assert repair.signature is not None
    assert told(repair) == [
        "RepairRequested", "WarrantyChecked", "RepairTriaged", "PartsTaken", "RepairBegun", "WorkLogged", "RepairDone",
        "RepairChecked", "RepairDone", "RepairChecked", "DeviceHandedBack", "RepairSignedOff", "RepairClosed",
    ]  # fmt: skip
    assert differences() == []


def test_a_quote_is_accepted_once_and_paid_to_the_cent() -> None:
    repair, quote = quoted()
    assert (quote.total_minor, quote.lines, repair.is_covered) == (11_550, [["SEAL-1", "门封圈", 1, 3_550]], False)
    for _twice in range(2):
        repair = answer_quote(**of(repair, LINK, at=LATER), quote_id=quote.id, is_accepted=True)
    assert (repair.state, repair.owed_minor) == ("approved", 11_550)
    with pytest.raises(QuoteAnswered):
        answer_quote(**of(repair, LINK, at=LATER), quote_id=quote.id, is_accepted=False)
    keep_parts(**of(repair), warehouse_id=place())
    finished(repair)
    repair = check_repair(**of(repair, MA), is_passed=True)
    with pytest.raises(StillToPay):
        hand_back(**of(repair), handing="counter")
    repair = sign_off(**of(repair), name="王小姐", drawn=None)
    assert repair.state == "handed"
    with pytest.raises(StillToPay):
        close_repair(**of(repair))
    with pytest.raises(ReferenceUnsaid):
        note_paid(**of(repair), reference=" ")
    for _twice in range(2):
        repair = note_paid(**of(repair), reference="POS-77")
    assert (repair.state, repair.paid_reference) == ("closed", "POS-77")
    with pytest.raises(NotNow):
        note_paid(**of(repair), reference="POS-78")
    paid = Event.objects.get(primary_id=repair.id, type="repairs.RepairPaid").attributes
    assert (paid["amount_minor"], paid["currency"]) == (11_550, "CNY")


def test_only_the_latest_quote_is_answered_and_not_after_its_day() -> None:
    repair, old = quoted()
    new = send_quote(**of(repair, CLERK, at=LATER), labour_minor=9_000, parts=[], valid_days=7)
    with pytest.raises(QuoteGone):
        answer_quote(**of(repair, LINK, at=LATER), quote_id=old.id, is_accepted=True)
    with pytest.raises(QuoteExpired) as refusal:
        answer_quote(**of(repair, LINK, at=LATER + 8 * A_DAY), quote_id=new.id, is_accepted=True)
    assert refusal.value.detail == f"{new.valid_until:%Y-%m-%d}"
    assert new.valid_until == date(2027, 4, 21)
    repair = answer_quote(**of(repair, LINK, at=LATER + 8 * A_DAY), quote_id=new.id, is_accepted=False)
    assert (repair.state, repair.is_open) == ("declined", False)
    assert told(repair)[-2:] == ["QuoteDeclined", "RepairClosed"]


def test_what_is_no_quote_is_refused() -> None:
    repair, _quote = quoted()
    sound: dict[str, Any] = {"labour_minor": 100, "parts": [], "valid_days": 7}
    for wrong in ({"labour_minor": -1}, {"labour_minor": 0}, {"valid_days": 0}, {"valid_days": 61}):
        with pytest.raises(QuoteUnsound):
            send_quote(**of(repair, at=LATER), **(sound | wrong))
    one = Priced("SEAL-1", 1, 100)
    for parts in ([one, one], [Priced("NOPE", 1, 1)], [Priced("SEAL-1", 0, 1)], [Priced("SEAL-1", 1, -1)]):
        with pytest.raises(PartsUnsound):
            send_quote(**of(repair, at=LATER), **(sound | {"parts": parts}))
    extended = asked(sold(claims=[Claim("external", "buyer-3", scope="shop")]), "S-1234")
    with pytest.raises(NotNow):
        send_quote(**of(extended), **sound)
    Repair.objects.filter(id=repair.id).update(is_covered=True)
    with pytest.raises(NothingToPay):
        send_quote(**of(repair, at=LATER), **sound)


@pytest.mark.django_db(transaction=True)
def test_parts_that_are_out_of_stock_are_waited_for_and_it_goes_on_when_they_come() -> None:
    parts_come(0)
    repair = judged(asked(sold()))
    repair = keep_parts(**of(repair), warehouse_id=place())
    assert (repair.state, book()) == ("waiting", (0, 0))
    with pytest.raises(PartsMissing):
        begin_repair(**of(repair))
    parts_come(1, at=TEN + 2 * A_DAY)
    dispatch.drain()
    repair.refresh_from_db()
    assert (repair.state, book()) == ("approved", (1, 1))
    begin_repair(**of(repair))
    assert book() == (0, 0)


def test_parts_are_planned_dropped_and_brought_back() -> None:
    parts_come(5)
    repair = judged(asked(sold()))
    [planned] = repair.parts.all()
    for sku, quantity in (("NOPE", 1), ("SEAL-1", 0), ("SEAL-1", 101)):
        with pytest.raises(PartsUnsound):
            add_part(**of(repair), sku=sku, quantity=quantity)
    assert add_part(**of(repair), sku="SEAL-1", quantity=3).id == planned.id
    keep_parts(**of(repair), warehouse_id=place())
    with pytest.raises(NotNow):
        drop_part(**of(repair), part_id=planned.id)
    begin_repair(**of(repair))
    more = add_part(**of(repair), sku="SEAL-1", quantity=1)
    drop_part(**of(repair), part_id=more.id)
    bring_back(**of(repair), part_id=planned.id, quantity=2)
    assert book() == (4, 0)
    with pytest.raises(PartsUnsound):
        bring_back(**of(repair), part_id=planned.id, quantity=2)
    assert differences() == []


def test_given_up_or_cancelled_it_leaves_no_part_behind() -> None:
    parts_come(5)
    order = sold()
    kept = judged(asked(order))
    keep_parts(**of(kept), warehouse_id=place())
    cancel_repair(**of(kept, CLERK), reason="customer")
    assert book() == (5, 0)
    taken = judged(asked(order))
    keep_parts(**of(taken), warehouse_id=place())
    begin_repair(**of(taken))
    taken = give_up(**of(taken), reason="cost")
    assert (book(), taken.state) == ((5, 0), "beyond")
    closed = Event.objects.get(primary_id=taken.id, type="repairs.RepairClosed").attributes
    assert (closed["ending"], closed["reason"]) == ("beyond", "ended_cost")


def test_a_customer_withdraws_only_before_somebody_works_on_it() -> None:
    parts_come()
    repair = judged(asked(sold()))
    keep_parts(**of(repair), warehouse_id=place())
    begin_repair(**of(repair))
    with pytest.raises(NotNow):
        cancel_repair(**of(repair, LINK), reason="customer", is_customers=True)
    for _twice in range(2):
        assert cancel_repair(**of(repair, LEAD), reason="customer").state == "cancelled"


def test_what_was_not_solved_is_judged_anew_with_what_was_found() -> None:
    parts_come()
    repair = judged(asked(sold()))
    begin_repair(**of(repair))
    with pytest.raises(WorkUnsound):
        log_work(**of(repair), minutes=0, words="", key=uuid4())
    key = uuid4()
    for _twice in range(2):
        work = log_work(**of(repair), minutes=20, words="不是密封圈", key=key)
    add_photos(**of(repair), photos=[PNG], of=PhotoOf.BEFORE)
    repair = finish_repair(**of(repair), is_solved=False)
    assert (repair.state, repair.works.count(), work_words(work)) == ("reported", 1, "不是密封圈")
    assert judged(repair, "pump").state == "approved"


def test_what_is_no_signature_is_refused() -> None:
    repair = judged(asked(sold()))
    with pytest.raises(NotNow):
        sign_off(**of(repair), name="王", drawn=PNG)
    finished(repair)
    check_repair(**of(repair, MA), is_passed=True)
    with pytest.raises(NameUnsaid):
        sign_off(**of(repair), name=" ", drawn=PNG)
    for drawn in (b"<svg/>", b"GIF89a", PNG + bytes(600_000)):
        with pytest.raises(SignatureUnsound):
            sign_off(**of(repair), name="王", drawn=drawn)


def test_it_goes_back_by_parcel_and_is_closed_without_a_signature() -> None:
    repair = judged(asked(sold()))
    finished(repair)
    check_repair(**of(repair, MA), is_passed=True)
    hand_back(**of(repair), handing="parcel", label=Label("sf", "SF1234567890"))
    for _twice in range(2):
        repair = close_repair(**of(repair))
    assert (repair.state, repair.tracking_number) == ("closed", "SF1234567890")
