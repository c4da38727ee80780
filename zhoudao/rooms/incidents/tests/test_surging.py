"""What the clock finds is proposed once, a person decides, and what was dismissed does not nag."""

from datetime import timedelta

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.incidents.commands.risks import NewRisk, retire_risk, review_risk, save_risk
from zhoudao.rooms.incidents.commands.steering import resolve_incident
from zhoudao.rooms.incidents.commands.surging import confirm_surge, dismiss_surge, join_alike, look_for_surges
from zhoudao.rooms.incidents.models import Incident, Risk, Surge
from zhoudao.rooms.incidents.refusals import (
    DismissalWordless,
    NotInCharge,
    PlanTooLong,
    RiskUnsound,
    SurgeDecided,
    SurgeNotFound,
)
from zhoudao.rooms.incidents.watching import alike_outside, joined_pieces, proposals, risks

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = timedelta(weeks=1)
QUIET = ["什么时候发货", "请问有红色的吗", "想改收货地址"]


@pytest.fixture
def shop() -> Shop:
    """A shop with eight quiet weeks behind it: three questions at this hour of each."""
    shop = open_shop()
    for week in range(1, 10):
        for n, words in enumerate(QUIET):
            case = come(shop, words)
            at = shop.now - week * WEEK - timedelta(minutes=10 + n)
            Case.objects.filter(id=case.id).update(opened_at=at)
    return shop


def come(shop: Shop, words: str, *, kind: str = "inquiry", who: Customer | None = None) -> Case:
    """A new case, put there."""
    id_ = uuid7()
    customer = who or Customer.objects.create(id=id_, key_id=uuid7(), created_at=shop.now)
    team = shop.cast.teams["reception"]
    return Case.objects.create(
        number=f"X{str(id_)[-12:]}",
        customer=customer,
        store=shop.cast.stores["web"],
        team=team,
        subject=words,
        kind=kind,
        opened_at=shop.now,
        updated_at=shop.now,
    )


def many(shop: Shop, count: int, words: str = "付款页面打不开") -> list[Case]:
    return [come(shop, f"{words}，{chr(0x4E8C + 97 * n)}") for n in range(count)]


def look(shop: Shop) -> list[Surge]:
    return look_for_surges(at=shop.later(minutes=5))


def test_a_quiet_hour_proposes_nothing(shop: Shop) -> None:
    for words in QUIET * 2:
        come(shop, words)
    assert look(shop) == []


def test_a_surge_is_proposed_once_and_leads_are_told(shop: Shop) -> None:
    touched = many(shop, 8)
    come(shop, QUIET[0])
    [surge] = look(shop)
    assert set(surge.case_ids) == {str(case.id) for case in touched}
    assert (surge.count, surge.expected, surge.state) == (8, 0.0, "proposed")
    assert joined_pieces(surge.pieces) == "付款页面打不开"
    assert [notice.user.name for notice in Notice.objects.filter(kind="incident_proposed")] == ["赵敏"]
    many(shop, 2)
    assert look(shop) == []
    surge.refresh_from_db()
    assert surge.count == 10
    [proposal] = proposals(shop.viewer("zhao"))
    assert len(proposal.cases) == 5
    assert proposals(shop.viewer("sun"))[0].cases == []
    assert "付款" not in str(list(Event.objects.values_list("attributes", flat=True)))


def test_confirmed_it_is_an_incident_with_its_cases_and_what_comes_after_is_offered(shop: Shop) -> None:
    many(shop, 8)
    [surge] = look(shop)
    lead = shop.viewer("zhao")
    incident = confirm_surge(surge_id=surge.id, title="支付页面打不开", viewer=lead, at=shop.now)
    assert Case.objects.filter(incident_id=incident.id).count() == 8
    assert Event.objects.get(type="incidents.IncidentOpened").attributes["how"] == "surge"
    with pytest.raises(SurgeDecided):
        dismiss_surge(surge_id=surge.id, reason="x", viewer=lead, at=shop.now)
    many(shop, 6)
    assert look(shop) == []
    assert alike_outside(incident) == 6
    assert join_alike(incident_id=incident.id, viewer=lead, at=shop.now) == 6
    assert alike_outside(incident) == 0
    resolve_incident(incident_id=incident.id, viewer=lead, at=shop.now)
    many(shop, 9)
    assert len(look(shop)) == 1  # it was not over


def test_dismissed_it_does_not_nag_unless_it_doubles(shop: Shop) -> None:
    many(shop, 8)
    [surge] = look(shop)
    lead = shop.viewer("zhao")
    with pytest.raises(DismissalWordless):
        dismiss_surge(surge_id=surge.id, reason=" ", viewer=lead, at=shop.now)
    dismiss_surge(surge_id=surge.id, reason="促销短信引起，已说明", viewer=lead, at=shop.now)
    for _ in range(3):
        many(shop, 2)
        assert look(shop) == []
    many(shop, 3)
    [again] = look(shop)
    assert (again.count, surge.count) == (17, 8)


def test_only_who_steers_decides_and_what_is_not_there_is_not_there(shop: Shop) -> None:
    many(shop, 8)
    [surge] = look(shop)
    with pytest.raises(NotInCharge):
        confirm_surge(surge_id=surge.id, title="x", viewer=shop.viewer("wang"), at=shop.now)
    with pytest.raises(SurgeNotFound):
        dismiss_surge(surge_id=uuid7(), reason="x", viewer=shop.viewer("zhao"), at=shop.now)
    assert not Incident.objects.exists()


def test_one_customer_with_ten_cases_is_no_surge(shop: Shop) -> None:
    one = Customer.objects.create(id=uuid7(), key_id=uuid7(), created_at=shop.now)
    for n in range(10):
        come(shop, f"付款页面打不开{n}", who=one)
    assert look(shop) == []


def risk(shop: Shop, **given: object) -> Risk:
    owner = shop.cast.people["admin"].pk
    wanted = {
        "title": "支付商故障",
        "flow": "inquiry",
        "signal": "客户说付不了款",
        "owner_id": owner,
        "plan": ["打电话给支付商", "公告"],
        "words": "付款",
        "threshold": 3,
    }
    return save_risk(NewRisk(**(wanted | given)), viewer=shop.viewer("admin"), at=shop.now)  # type: ignore[arg-type]  # a test's own fields


def test_a_risks_own_threshold_proposes_it_with_its_plan(shop: Shop) -> None:
    row = risk(shop)
    many(shop, 2)
    assert look(shop) == []
    come(shop, "付款失敗")  # written otherwise, meant the same
    come(shop, QUIET[0])
    [surge] = look(shop)
    assert (surge.risk, surge.count, surge.expected) == (row, 3, None)
    assert look(shop) == []
    incident = confirm_surge(surge_id=surge.id, title=row.title, viewer=shop.viewer("zhao"), at=shop.now)
    assert incident.risk == row
    assert [step.words for step in incident.steps.order_by("place")] == ["打电话给支付商", "公告"]


@pytest.mark.parametrize(
    "given",
    [
        {"title": " "},
        {"flow": ""},
        {"words": "", "kind": ""},
        {"kind": "pigeon"},
        {"threshold": 1},
        {"window_minutes": 3},
        {"review_months": 0},
        {"owner_id": uuid7()},
    ],
)
def test_an_unsound_risk_is_refused(shop: Shop, given: dict[str, object]) -> None:
    with pytest.raises(RiskUnsound):
        risk(shop, **given)
    assert not Risk.objects.exists()


def test_the_register_marks_what_nobody_looked_at_and_its_owner_may_say_it_is_right(shop: Shop) -> None:
    row = risk(shop, owner_id=shop.cast.people["wang"].pk)
    today = row.reviewed_date
    assert [one.is_overdue for one in risks(today)] == [False]
    assert [one.is_overdue for one in risks(today + timedelta(days=181))] == [True]
    shop.later(days=200)
    with pytest.raises(NotInCharge):
        review_risk(risk_id=row.id, viewer=shop.viewer("li"), at=shop.now)
    review_risk(risk_id=row.id, viewer=shop.viewer("wang"), at=shop.now)
    assert [one.is_overdue for one in risks(today + timedelta(days=201))] == [False]
    with pytest.raises(NotInCharge):
        retire_risk(risk_id=row.id, viewer=shop.viewer("wang"), at=shop.now)
    retire_risk(risk_id=row.id, viewer=shop.viewer("admin"), at=shop.now)
    assert risks(today) == []
    many(shop, 4)
    assert [one.risk for one in look(shop)] == []
    with pytest.raises(PlanTooLong):
        risk(shop, plan=["x"] * 41)


def test_pieces_are_put_together_as_they_were_written() -> None:
    assert joined_pieces(["款页", "付款", "页面", "漏水"]) == "付款页面、漏水"
    assert joined_pieces([]) == ""
