"""Complaints are answered on record, and what they come from is counted with exactly the cases behind."""

from collections import Counter
from datetime import timedelta

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.files.store import FileTooLarge, read
from zhoudao.rooms.cases.commands.closing import close_case, resolve_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.refusals import CaseAlreadyClosed, CaseNotFound
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop
from zhoudao.rooms.complaints.causes import SHIPPED, CauseNotFound, CauseUnsound, causes, retire_cause, save_cause
from zhoudao.rooms.complaints.commands import AnswerUnsound, AnswerWordless, NotAComplaint, Said, answer_complaint
from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.complaints.privacy import KEEPER
from zhoudao.rooms.complaints.queries import Chosen, by_cause, cases_of, products, split
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.voice.commands import rate_case

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = Asked(TUESDAY - timedelta(days=3), TUESDAY + timedelta(days=4))
BY = By("user:test")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def complains(shop: Shop, *, who: str = "anna") -> Case:
    case = shop.hears("我要投诉，桌子是坏的", who=who)
    assert case.kind == "complaint"
    return case


def said(shop: Shop, **given: object) -> Said:
    values = {"way": "phone", "words": "已道歉并安排换货", "cause": "product", "answered_at": shop.now} | given
    return Said(**values)  # type: ignore[arg-type]  # a test's own fields


def keep(shop: Shop, case: Case, **given: object) -> Answer:
    answer = answer_complaint(
        case_id=case.id, said=said(shop, **given), viewer=shop.viewer("admin"), at=shop.now, real_now=shop.now
    )
    dispatch.drain()
    return answer


def test_by_phone_it_is_kept_with_who_when_what_and_the_recording_and_keeps_the_promise(shop: Shop) -> None:
    case = complains(shop)
    answer = keep(
        shop, case, recording=b"RIFF....WAVEfmt ", product=" 餐桌 ", cost_cents=5000, words="打 13812348000 说明了"
    )
    assert (answer.by, answer.answered_at, answer.way) == (shop.cast.people["admin"], shop.now, "phone")
    assert (answer.words, answer.product, answer.cost_cents) == ("打 138****8000 说明了", "餐桌", 5000)
    assert answer.recording is not None
    assert read(answer.recording) == b"RIFF....WAVEfmt "
    case.refresh_from_db()
    assert case.cause == "product"
    assert case.first_human_contact_at == shop.now
    assert not case.promises.filter(kind__in=["answer", "first_contact"], ended_at=None).exists()
    assert not Message.objects.filter(direction="out", is_auto=False).exists()
    fact = Event.objects.get(type="complaints.ComplaintAnswered")
    assert fact.attributes == {"way": "phone", "cause": "product", "cost_cents": 5000, "has_recording": True}


def test_in_writing_it_reaches_the_customer_over_their_own_channel(shop: Shop) -> None:
    case = complains(shop)
    answer = keep(shop, case, way="writing", words="我们明天换一张新的给您。")
    assert answer.message is not None
    assert (answer.message.direction, answer.message.text) == ("out", "我们明天换一张新的给您。")
    assert not case.promises.filter(kind="answer", ended_at=None).exists()


def test_every_answer_is_kept_and_none_replaces_another(shop: Shop) -> None:
    case = complains(shop)
    keep(shop, case)
    keep(shop, case, words="再次致电，客户满意", cause="logistics")
    assert case.answers.count() == 2
    assert Case.objects.get(id=case.id).cause == "logistics"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"words": " \0 "}, AnswerWordless),
        ({"way": "by pigeon"}, AnswerUnsound),
        ({"cause": "the moon"}, AnswerUnsound),
        ({"cost_cents": -1}, AnswerUnsound),
        ({"cost_cents": 10**12}, AnswerUnsound),
        ({"answered_at": TUESDAY + timedelta(hours=1)}, AnswerUnsound),
        ({"answered_at": TUESDAY - timedelta(days=32)}, AnswerUnsound),
        ({"recording": b"x" * (20 * 1024 * 1024 + 1)}, FileTooLarge),
    ],
)
def test_a_wrong_answer_is_refused_and_leaves_nothing_half_done(
    shop: Shop, given: dict[str, object], refusal: type[Exception]
) -> None:
    case = complains(shop)
    with pytest.raises(refusal):
        keep(shop, case, **given)
    assert not Answer.objects.exists()
    assert Case.objects.get(id=case.id).cause == ""
    assert case.promises.filter(kind="answer", ended_at=None).exists()


def test_what_is_no_complaint_or_closed_or_anothers_is_refused(shop: Shop) -> None:
    with pytest.raises(NotAComplaint):
        keep(shop, shop.hears("桌子什么时候到？", who="ben"))
    case = complains(shop)
    with pytest.raises(CaseNotFound):
        answer_complaint(case_id=case.id, said=said(shop), viewer=shop.viewer("sun"), at=shop.now, real_now=shop.now)
    close_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
    with pytest.raises(CaseAlreadyClosed):
        keep(shop, case)


def test_causes_are_counted_as_the_log_says_with_exactly_the_cases_behind(shop: Shop) -> None:
    viewer = shop.viewer("admin")
    plan = ["product", "product", "logistics", "product", "service", "logistics"]
    for number, cause in enumerate(plan):
        case = complains(shop, who=f"visitor-{number}")
        keep(shop, case, cause=cause, cost_cents=100 * number, product="餐桌" if number % 2 else "")
        resolve_case(case_id=case.id, outcome="compensated", cause=cause, viewer=viewer, at=shop.later(minutes=5))
        rate_case(case_id=case.id, score=1 + number % 5, comment="", at=shop.now)
    ends = {e.primary_id: e.attributes["cause"] for e in Event.objects.filter(type="cases.CaseResolved")}
    costs: Counter[str] = Counter()
    for event in Event.objects.filter(type="complaints.ComplaintAnswered"):
        costs[event.attributes["cause"]] += event.attributes["cost_cents"]
    happy = {e.primary_id for e in Event.objects.filter(type="voice.CaseRated") if e.attributes["score"] >= 4}

    rows = by_cause(viewer, Chosen(WEEK))
    assert {row.code: row.count for row in rows} == Counter(ends.values())
    assert [row.code for row in rows] == ["product", "logistics", "service"]
    assert rows[-1].up_to == pytest.approx(1)
    assert rows[0].share == pytest.approx(0.5)
    for row in rows:
        behind = set(cases_of(viewer, Chosen(WEEK, cause=row.code)).values_list("id", flat=True))
        assert behind == {case for case, cause in ends.items() if cause == row.code}
        assert (row.cost_cents, row.rated, row.happy) == (costs[row.code], row.count, len(behind & happy))
    assert split(viewer, Chosen(WEEK), "store") == [(str(shop.cast.stores["web"].id), str(shop.cast.stores["web"]), 6)]
    assert split(viewer, Chosen(WEEK), "channel") == [("webchat", "webchat", 6)]
    assert split(viewer, Chosen(WEEK), "product") == [("餐桌", "餐桌", 3)]
    assert cases_of(viewer, Chosen(WEEK, product="餐桌")).count() == 3
    assert products(viewer, WEEK) == ["餐桌"]
    later = Asked(WEEK.end, WEEK.end + (WEEK.end - WEEK.start))
    assert by_cause(viewer, Chosen(later)) == []
    assert by_cause(shop.viewer("sun"), Chosen(WEEK)) == []


def test_the_trend_is_against_the_period_before(shop: Shop) -> None:
    viewer = shop.viewer("admin")
    for who, days in (("anna", 0), ("ben", 0), ("carl", 7)):
        case = complains(shop, who=who)
        resolve_case(
            case_id=case.id, outcome="solved", cause="service", viewer=viewer, at=shop.now + timedelta(days=days)
        )
    [row] = by_cause(viewer, Chosen(Asked(WEEK.end, WEEK.end + timedelta(days=7))))
    assert (row.count, row.before, row.change) == (1, 2, -0.5)
    [first] = by_cause(viewer, Chosen(WEEK))
    assert (first.count, first.before, first.change) == (2, 0, None)


def test_the_list_of_causes_is_the_managers_and_cases_keep_theirs(shop: Shop) -> None:
    assert list(causes()) == list(SHIPPED)
    added = save_cause(code="", names={"zh-Hans": "包装破损", "en": "Damaged packing"}, by=BY, at=shop.now)
    assert added.code == "damaged-packing"
    case = complains(shop)
    keep(shop, case, cause=added.code)
    retire_cause(code=added.code, is_retired=True, by=BY, at=shop.now)
    assert added.code not in causes()
    assert added.code in causes(offered=False)
    with pytest.raises(AnswerUnsound):
        keep(shop, complains(shop, who="ben"), cause=added.code)
    save_cause(code=added.code, names={"zh-Hans": "包装问题"}, by=BY, at=shop.now)
    retire_cause(code=added.code, is_retired=False, by=BY, at=shop.now)
    assert causes()[added.code] == "包装问题"
    assert Case.objects.get(id=case.id).cause == added.code


def test_a_list_that_offers_nothing_and_names_that_say_nothing_are_refused(shop: Shop) -> None:
    for names in ({}, {"zh-Hans": "  "}, {"en": "x" * 61}):
        with pytest.raises(CauseUnsound):
            save_cause(code="", names=names, by=BY, at=shop.now)
    with pytest.raises(CauseNotFound):
        save_cause(code="nowhere", names={"en": "x"}, by=BY, at=shop.now)
    *rest, last = SHIPPED
    for code in rest:
        retire_cause(code=code, is_retired=True, by=BY, at=shop.now)
    with pytest.raises(CauseUnsound):
        retire_cause(code=last, is_retired=True, by=BY, at=shop.now)
    assert list(causes()) == [last]


def test_what_was_said_is_handed_out_and_forgotten_with_the_customer(shop: Shop) -> None:
    case = complains(shop)
    keep(shop, case, recording=b"RIFF....WAVEfmt ", cost_cents=700)
    [told] = KEEPER.held([case.customer_id])
    assert (told["case"], told["words"], told["has_recording"]) == (case.number, "已道歉并安排换货", True)
    KEEPER.forget([case.customer_id], shop.now)
    answer = Answer.objects.get()
    assert (answer.words, answer.recording, answer.cost_cents) == ("", None, 700)
