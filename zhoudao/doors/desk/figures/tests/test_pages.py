"""Figures and targets as colleagues see them."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.board.tests.test_page import sign_in
from zhoudao.doors.desk.figures.drawing import history, spark
from zhoudao.doors.desk.figures.words import worded
from zhoudao.engines.targets import Baseline, Day
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.metrics.definitions import metric
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.targets.models import Target
from zhoudao.rooms.targets.tests.days import TODAY, lived

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, CODE = "/desk/figures/", "cases.first_reply"
ONE = f"{PAGE}{CODE}/"
FORM = {"set": "1", "seen": "", "value": "30", "needed": "3", "of": "5", "reason": "客户等得太久"}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    opened = open_shop()
    for place in ("ground.installation.clock", "doors.desk.inbox.workspace"):
        monkeypatch.setattr(f"zhoudao.{place}.now", lambda: opened.now)
    return opened


def row_of(page: Any, code: str = CODE) -> Any:
    """The figure in the list."""
    return next(row for row in page.context["rows"] if row.about.code == code)


def listed(client: Client, address: str) -> set[str]:
    """The numbers of the cases behind a figure."""
    return set(re.findall(r'data-number="([^"]+)"', client.get(unescape(address)).content.decode()))


def test_the_list_says_where_each_figure_stands_against_its_target(shop: Shop) -> None:
    lived(CODE, [10.0, 20.0, 30.0] * 9 + [95.0])
    lived("cases.opened", [4.0] * 28)
    client = sign_in(shop.cast, "admin")
    assert row_of(client.get(PAGE)).target == ""
    client.post(f"{ONE}target/", FORM)
    lived(CODE, [95.0] * 3)
    row = row_of(client.get(PAGE))
    assert (row.last, row.target, row.level, row.missed) == ("1 小时 35 分", "30 分钟", "bad", "3/5")
    assert row.gap == "超出 1 小时 5 分"
    assert (row.usual, row.drawing is not None) == ("20 分钟", True)
    watched = row_of(client.get(PAGE), "cases.opened")
    assert (watched.target, watched.level, watched.last) == ("", "none", "4")


def test_a_days_figure_opens_exactly_its_cases(shop: Shop) -> None:
    first, second = shop.hears("桌子呢？", who="a"), shop.hears("椅子呢？", who="b")
    resolve_case(case_id=first.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()
    shop.later(days=1)
    third = shop.hears("柜子呢？", who="c")
    for store_id in (None, shop.cast.stores["web"].id):
        lived("cases.opened", [2.0], store_id=store_id, until=TODAY + timedelta(days=1), cases=2)
        lived("cases.opened", [1.0], store_id=store_id, until=TODAY + timedelta(days=2), cases=1)
    lived("cases.resolved", [1.0], until=TODAY + timedelta(days=1), cases=1)
    client = sign_in(shop.cast, "admin")
    for store in ("", f"?store={shop.cast.stores['web'].id}"):
        days = client.get(f"{PAGE}cases.opened/{store}").context["days"]
        assert [(one["cases"], listed(client, one["address"])) for one in days] == [
            (1, {third.number}),
            (2, {first.number, second.number}),
        ]
    [day] = [one for one in client.get(f"{PAGE}cases.resolved/").context["days"] if one["cases"]]
    assert listed(client, day["address"]) == {first.number}
    assert Case.objects.count() == 3


def test_a_target_is_set_from_the_proposal_changed_and_taken_away(shop: Shop) -> None:
    lived(CODE, [float(day) for day in range(1, 22)])
    client = sign_in(shop.cast, "admin")
    page = client.get(ONE)
    assert (page.context["proposal"], page.context["typed"]["value"]) == ("6 分钟", "6")
    assert client.post(f"{ONE}target/", FORM | {"is_sudden": "on"}).status_code == 302
    target = Target.objects.get()
    assert (target.value, target.needed, target.of, target.is_sudden) == (30.0, 3, 5, True)
    changed = FORM | {"seen": str(target.id), "value": "12.5"}
    assert client.post(f"{ONE}target/", changed).status_code == 302
    now = Target.objects.get(ended_at=None)
    assert (now.value, now.is_sudden) == (12.5, False)
    stale = client.post(f"{ONE}target/", changed | {"value": "99"})
    assert stale.status_code == 422
    assert "已被他人修改" in stale.content.decode()
    assert client.post(f"{ONE}target/", {"end": "1", "seen": str(now.id)}).status_code == 302
    assert not Target.objects.filter(ended_at=None).exists()
    assert len(client.get(ONE).context["past"]) == 2


def test_shares_are_typed_in_per_cent_and_shown_beside_the_benchmark(shop: Shop) -> None:
    code = "cases.promises_kept"
    lived(code, [0.9] * 20)
    client = sign_in(shop.cast, "admin")
    page = client.get(f"{PAGE}{code}/")
    assert (page.context["benchmark"], page.context["typed"]["value"]) == ("95%", "90")
    benchmark = metric(code).benchmark
    assert benchmark is not None
    assert str(benchmark.source) in page.content.decode()
    client.post(f"{PAGE}{code}/target/", FORM | {"value": "97.5"})
    assert Target.objects.get().value == 0.975


def test_too_few_days_are_said_and_propose_nothing(shop: Shop) -> None:
    lived(CODE, [10.0] * 13)
    page = sign_in(shop.cast, "admin").get(ONE)
    assert (page.context["proposal"], page.context["typed"]["value"], page.context["proposed_of"]) == ("", "", 13)


@pytest.mark.parametrize(
    "wrong",
    [{"value": ""}, {"value": "abc"}, {"value": "-3"}, {"needed": "9"}, {"needed": "x"}, {"of": "99"}, {"reason": ""}],
)
def test_what_makes_no_sense_is_refused_and_what_was_typed_stays(shop: Shop, wrong: dict[str, str]) -> None:
    lived(CODE, [10.0] * 20)
    page = sign_in(shop.cast, "admin").post(f"{ONE}target/", FORM | wrong)
    assert page.status_code == 422
    assert page.context["refusal"]
    assert page.context["typed"]["value"] == (FORM | wrong)["value"]
    assert not Target.objects.exists()


def test_who_may_only_look_sees_no_form_and_sets_nothing(shop: Shop) -> None:
    lived(CODE, [10.0] * 20)
    client = sign_in(shop.cast, "zhou")
    assert "figure_target" not in client.get(ONE).content.decode()
    assert not client.get(ONE).context["may_set"]
    assert client.post(f"{ONE}target/", FORM).status_code == 403
    shop.cast.people["wang"].grants.update(role="warehouse_worker")
    assert sign_in(shop.cast, "wang").get(PAGE).status_code == 403


def test_a_place_that_is_not_theirs_does_not_exist(shop: Shop) -> None:
    web, nanjing = shop.cast.stores["web"], shop.cast.stores["nanjing"]
    lived(CODE, [10.0] * 20, store_id=web.id)
    lived(CODE, [77.0] * 20)
    shop.cast.people["zhou"].grants.update(store=web)
    client = sign_in(shop.cast, "zhou")
    assert row_of(client.get(PAGE)).last == "10 分钟"
    assert client.get(f"{PAGE}?store={nanjing.id}").status_code == 404
    assert client.get(f"{ONE}?store={nanjing.id}").status_code == 404
    assert "1 小时 17 分" not in client.get(ONE).content.decode()
    shop.cast.people["zhou"].grants.update(store=None, team=shop.cast.teams["reception"])
    assert sign_in(shop.cast, "zhou").get(PAGE).context["rows"] == []
    assert sign_in(shop.cast, "zhou").get(ONE).status_code == 404


@pytest.mark.parametrize("address", [f"{PAGE}nonsense/", f"{PAGE}cases.longest_wait/", f"{ONE}?store=nonsense"])
def test_what_there_is_not_is_not_found(shop: Shop, address: str) -> None:
    assert sign_in(shop.cast, "admin").get(address).status_code == 404
    assert sign_in(shop.cast, "admin").get(f"{ONE}?before=yesterday").status_code == 400


def test_days_go_on_page_by_page_each_once(shop: Shop) -> None:
    lived(CODE, [float(day) for day in range(60)])
    client, seen, query = sign_in(shop.cast, "admin"), [], ""
    while True:
        page = client.get(f"{ONE}{query}")
        seen += [one["day"] for one in page.context["days"]]
        if page.context["older"] is None:
            break
        query = f"?before={page.context['older']}"
    assert seen == [TODAY - timedelta(days=back) for back in range(1, 61)]


@pytest.mark.parametrize("days", [3, 80])
@pytest.mark.parametrize("address", [PAGE, ONE])
def test_pages_cost_the_same_few_statements_however_many_days(shop: Shop, address: str, days: int) -> None:
    for code in (CODE, "cases.promises_kept", "cases.opened"):
        lived(code, [0.5] * days)
    client = sign_in(shop.cast, "admin")
    client.get(address)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address).status_code == 200
    assert len(statements) <= 12, [one["sql"][:80] for one in statements]


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "指标与目标"), ("zh-hant", "指標與目標"), ("en", "Figures and targets")]
)
def test_in_three_languages(shop: Shop, language: str, words: str) -> None:
    lived(CODE, [10.0] * 20)
    person = shop.cast.people["admin"]
    person.language = language
    person.save()
    client = sign_in(shop.cast, "admin")
    assert words in client.get(PAGE).content.decode()
    assert words in client.get(ONE).content.decode()


def test_a_drawing_breaks_where_nothing_was_measured_and_stays_within_its_frame() -> None:
    days = [Day(TODAY + timedelta(days=day), None if day in (3, 4) else day * 7.0, 5) for day in range(9)]
    chart = history(days, Baseline(20.0, 900.0, 28), 40.0, frozenset([days[8].day]))
    assert chart is not None
    assert [len(line.split()) for line in chart.lines] == [3, 4]
    assert [dot.is_missed for dot in chart.dots] == [False] * 6 + [True]
    assert chart.band is not None
    assert chart.band[0] >= 0
    assert all(0 <= dot.y <= chart.height and 0 <= dot.x <= chart.width for dot in chart.dots)
    assert spark([Day(TODAY, None, 0)], 3.0) is None
    assert history([Day(TODAY, 0.0, 1)], None, None) is not None


def test_each_unit_has_its_words() -> None:
    said = [("cases.first_reply", 95.0), ("cases.promises_kept", 0.955), ("cases.opened", 1200.0)]
    assert [worded(metric(code), value) for code, value in said] == ["1 小时 35 分", "95.5%", "1,200"]
    assert worded(metric("cases.effort_contacts"), 1.25) == "1.25"
    assert worded(metric("cases.opened"), None) == "—"
