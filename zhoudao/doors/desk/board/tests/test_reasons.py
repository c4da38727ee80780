"""The tree of reasons: every place opens as many cases as it counted, and what it costs is counted once."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.board.icicle import HEIGHT, drawn
from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case, Effort
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.tallies.commands import rebuild, sweep
from zhoudao.rooms.tallies.matters import Amounts
from zhoudao.rooms.tallies.models import Count
from zhoudao.rooms.tallies.rates import RatesUnsound, rates, set_rates
from zhoudao.rooms.tallies.reasons import Node, Path
from zhoudao.rooms.teamwork.authority import ensure_default_limits
from zhoudao.rooms.teamwork.goodwill import grant_goodwill

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/reasons/"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    opened = open_shop()
    for place in ("ground.installation.clock", "doors.desk.inbox.workspace"):
        monkeypatch.setattr(f"zhoudao.{place}.now", lambda: opened.now)
    return opened


@pytest.fixture
def cases(shop: Shop) -> list[Case]:
    """Two complaints about a sofa, one about nothing named, an inquiry that is open, one that came again."""
    found = [shop.hears("请问桌子什么时候到？", who=f"v-{number}") for number in range(4)]
    Case.objects.filter(id__in=[one.id for one in found[:3]]).update(kind="complaint")
    viewer = shop.viewer("admin")
    for place, one in enumerate(found[:3]):
        now = shop.later(minutes=10)
        for _ in range(place + 1):
            reply_to_case(case_id=one.id, text="您好", viewer=viewer, at=shop.now, real_now=now)
        Answer.objects.create(case=one, way="phone", words="", answered_at=now, product="沙发" if place < 2 else "")
        resolve_case(case_id=one.id, outcome="solved", cause="product", viewer=viewer, at=shop.later(minutes=1))
    shop.later(hours=1)
    dispatch.drain()
    found.append(shop.hears("请问又来了", who="v-3b"))
    Case.objects.filter(id=found[4].id).update(customer_id=found[0].customer_id, kind="complaint")
    list(rebuild(at=shop.now, zone=clock.zone().key))
    return found


def listed(client: Client, address: str) -> set[str]:
    return set(re.findall(r'data-number="([^"]+)"', client.get(unescape(address)).content.decode()))


def test_every_place_of_the_tree_opens_its_cases(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")
    page = client.get(PAGE)
    lines = [page.context["whole"], *page.context["lines"]]
    assert [(line.name, line.node.now.cases, line.node.now.repeats) for line in lines] == [
        ("全部原因", 5, 1),
        ("投诉", 4, 1),
        ("商品", 3, 0),
        ("沙发", 2, 0),
        ("尚不清楚", 1, 1),
        ("咨询", 1, 0),
        ("尚不清楚", 1, 0),
    ]
    for line in lines:
        assert len(listed(client, line.address)) == line.node.now.cases
        assert len(listed(client, line.repeats)) == line.node.now.repeats if line.repeats else True
    assert listed(client, lines[3].address) == {cases[0].number, cases[1].number}


def test_minutes_are_answers_and_money_is_counted_once(shop: Shop, cases: list[Case]) -> None:
    ensure_default_limits()
    viewer, now, solved_at = shop.viewer("zhao"), shop.now, Case.objects.get(id=cases[0].id).resolved_at
    Answer.objects.filter(case=cases[0]).update(cost_cents=3_000)  # the refund below is this money
    for case, minor in ((cases[0], 2_000), (cases[4], 700)):
        Case.objects.filter(id=case.id).update(status="open", resolved_at=None)
        grant_goodwill(case_id=case.id, kind="gift", amount=Money(minor, "CNY"), reason="抱歉", viewer=viewer, at=now)
    Case.objects.filter(id=cases[0].id).update(status="resolved", resolved_at=solved_at)
    dispatch.drain()
    set_rates(answer_minutes=5, minute_minor=100, by=By("user:admin"), at=shop.now)
    whole = sign_in(shop.cast, "zhou").get(PAGE).context["whole"]
    assert whole.node.now == Amounts(cases=5, solved=3, repeats=1, answers=6, granted=3_700)
    assert whole.minutes == 6 * 5
    assert whole.cost == "¥67.00"


def test_effort_counted_later_than_the_case_is_not_missed(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")
    Effort.objects.filter(case=cases[0]).update(answers=41, is_fresh=True)
    assert client.get(PAGE).context["whole"].node.now.answers == 2 + 3 + 41
    while sweep(at=shop.now, zone=clock.zone().key):
        pass
    assert not Effort.objects.filter(is_fresh=True).exists()
    assert client.get(PAGE).context["whole"].node.now.answers == 2 + 3 + 41


def test_until_everything_is_counted_the_cases_are_read(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")
    before = client.get(PAGE).context["whole"].node
    Count.objects.update(is_whole=False)
    after = client.get(PAGE).context["whole"].node
    assert (before.now, before.under[0].now) == (after.now, after.under[0].now)


def test_it_costs_the_same_however_many_cases_there_are(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")

    def cost() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as sent:
            assert client.get(PAGE).status_code == 200
        return len(sent)

    few = cost()
    for number in range(9):
        shop.hears("桌子呢？", who=f"w-{number}")
    list(rebuild(at=shop.now, zone=clock.zone().key))
    assert cost() == few <= 12


def test_the_picture_adds_up_and_leaves_hairs_out() -> None:
    def node(path: Path, cases: int, *under: Node) -> Node:
        return Node(path, Amounts(cases=cases), under=list(under))

    small = node(Path("care"), 1)
    big = node(Path("complaint"), 999, node(Path("complaint", "product"), 600), node(Path("complaint", ""), 399))
    root = node(Path(), 1000, small, big)
    lines = {one.path: one.path for one in (small, big, *big.under)}
    boxes = drawn(root, lambda one: one.now.cases, lines)
    assert [(box.line, box.x) for box in boxes] == [
        (Path("complaint"), 0),
        (Path("complaint", "product"), 40),
        (Path("complaint", ""), 40),
    ]
    assert boxes[1].height + boxes[2].height == pytest.approx(boxes[0].height - 1.5, abs=0.2)
    assert boxes[0].height < HEIGHT
    assert drawn(node(Path(), 0), lambda one: one.now.cases, {}) == []


def test_unsound_assumptions_are_refused_and_sound_ones_kept(shop: Shop) -> None:
    with pytest.raises(RatesUnsound):
        set_rates(answer_minutes=0, minute_minor=80, by=By("user:admin"), at=shop.now)
    client = sign_in(shop.cast, "admin")
    said = {"promise_minutes": "1", "repeat_minutes": "2", "bounce_minutes": "3", "back_minutes": "4"}
    said |= {"parcel_minutes": "5", "minute": "1.20"}
    assert client.post("/desk/settings/costs/", said | {"answer_minutes": "x"}).status_code == 422
    assert client.post("/desk/settings/costs/", said | {"answer_minutes": "8"}).status_code == 302
    known = rates()
    assert (known.answer_minutes, known.minute_minor, known.promise_minutes, known.back_minutes) == (8, 120, 1, 4)


def test_who_may_not_see_figures_is_refused_and_an_empty_period_says_so(shop: Shop) -> None:
    assert "没有新建的工单" in sign_in(shop.cast, "zhou").get(PAGE).content.decode()
    shop.cast.people["wang"].grants.update(role="warehouse_worker")
    assert sign_in(shop.cast, "wang").get(PAGE).status_code == 403
