"""The page of what errors cost: each kind opens its cases, and nothing is in two of them."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.commands.closing import reopen_case, resolve_case
from zhoudao.rooms.cases.commands.promising import check_promise
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.complaints.models import Answer
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.parcels.events import ParcelFlagged
from zhoudao.rooms.tallies.commands import rebuild
from zhoudao.rooms.tallies.rates import set_rates
from zhoudao.rooms.teamwork.models import Goodwill

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/board/errors/"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    opened = open_shop()
    for place in ("ground.installation.clock", "doors.desk.inbox.workspace"):
        monkeypatch.setattr(f"zhoudao.{place}.now", lambda: opened.now)
    return opened


def solve(shop: Shop, case: Case) -> None:
    viewer = shop.viewer("admin")
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=viewer, at=shop.later(minutes=1))
    dispatch.drain()


@pytest.fixture
def cases(shop: Shop) -> list[Case]:
    """A missed promise; a customer who came again; a bounce; a solution a colleague took back; money given."""
    found = [shop.hears("请问桌子什么时候到？", who=f"v-{number}") for number in range(6)]
    admin, people = shop.viewer("admin"), shop.cast.people
    solve(shop, found[1])
    shop.hears("还是不行", who="v-1", conversation_id=found[1].conversation_id)
    solve(shop, found[3])
    reopen_case(case_id=found[3].id, viewer=admin, at=shop.later(minutes=1))
    owner = Case.objects.get(id=found[2].id).owner_id
    other = next(people[name].pk for name in ("wang", "li", "zhao") if people[name].pk != owner)
    for to in (other, owner):
        at = shop.later(minutes=1)
        assign_case(case_id=found[2].id, viewer=admin, at=at, member_id=to, reason="shift_over")
    give(shop, found[4], 2_000)
    Answer.objects.create(case=found[4], way="phone", words="", answered_at=shop.now, cost_cents=3_000)
    Case.objects.filter(id=found[5].id).update(kind="order_exception")
    Conversation.objects.filter(case=found[5]).update(order_number="O2026-000007")
    flagged = ParcelFlagged("O2026-000007", str(uuid7()), "sf", "parcel_late", None)
    record(flagged, at=shop.now, by=By("system:test"), about=[About("order", uuid7())])
    promise = Promise.objects.get(case=found[0], kind="answer", ended_at=None)
    Promise.objects.filter(id=promise.id).update(due_at=shop.now, next_check_at=shop.now)
    shop.later(minutes=1)
    check_promise(promise.id, at=shop.now)
    dispatch.drain()
    list(rebuild(at=shop.now, zone=clock.zone().key))
    return found


def give(shop: Shop, case: Case, minor: int) -> None:
    user = shop.cast.people["zhao"]
    Goodwill.objects.create(
        case=case,
        kind="gift",
        amount_minor=minor,
        currency="CNY",
        state="granted",
        asked_by=user,
        asked_at=shop.now,
        decided_at=shop.now,
    )


def listed(client: Client, address: str) -> set[str]:
    return set(re.findall(r'data-number="([^"]+)"', client.get(unescape(address)).content.decode()))


def test_every_kind_opens_the_cases_it_happened_in_and_no_other_kind_does(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")
    lines = {line.loss.metric.code: line for line in client.get(PAGE).context["lines"]}
    opened = {code: listed(client, line.address) for code, line in lines.items()}
    assert opened == {
        "errors.promises": {cases[0].number},
        "errors.repeats": {cases[1].number},
        "errors.bounces": {cases[2].number},
        "errors.taken_back": {cases[3].number},
        "errors.given": {cases[4].number},
        "errors.parcels": {cases[5].number},
    }
    assert {line.loss.count for line in lines.values()} == {1}


def test_time_and_money_follow_the_assumptions(shop: Shop, cases: list[Case]) -> None:
    minutes = {"promise_minutes": 1, "repeat_minutes": 2, "bounce_minutes": 4, "back_minutes": 8}
    minutes["parcel_minutes"] = 16
    set_rates(answer_minutes=6, minute_minor=100, by=By("user:admin"), at=shop.now, **minutes)
    page = sign_in(shop.cast, "zhou").get(PAGE)
    assert page.context["minutes"] == 1 + 2 + 4 + 8 + 16
    assert page.context["whole"] == "¥61.00"  # thirty-one minutes, and the larger of what one case was given
    assert sum(line.share for line in page.context["lines"]) == pytest.approx(1)


def test_what_was_asked_but_not_granted_and_other_periods_cost_nothing(shop: Shop, cases: list[Case]) -> None:
    Goodwill.objects.update(state="refused")
    Answer.objects.all().delete()
    client = sign_in(shop.cast, "zhou")
    assert {line.loss.metric.code for line in client.get(PAGE).context["lines"] if not line.loss.count} == {
        "errors.given"
    }
    shop.later(days=60)
    assert "没有出错" in client.get(PAGE).content.decode()


def test_the_page_reads_little_however_much_went_wrong(shop: Shop, cases: list[Case]) -> None:
    client = sign_in(shop.cast, "zhou")

    def cost() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as sent:
            assert client.get(PAGE).status_code == 200
        return len(sent)

    few = cost()
    for number in range(4):
        case = shop.hears("桌子呢？", who=f"w-{number}")
        solve(shop, case)
        reopen_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.later(minutes=1))
        give(shop, case, 500)
    dispatch.drain()
    list(rebuild(at=shop.now, zone=clock.zone().key))
    assert cost() == few <= 18


def test_who_may_not_see_figures_is_refused(shop: Shop) -> None:
    shop.cast.people["wang"].grants.update(role="warehouse_worker")
    assert sign_in(shop.cast, "wang").get(PAGE).status_code == 403
