"""An after-sales case walks: the table chooses the way, each way is walked by its own flow."""

import pytest

from zhoudao.conduct.flows.commands import ensure_shipped_flows, start_run
from zhoudao.conduct.flows.models import RunStatus
from zhoudao.conduct.flows.tests.bench import MANAGER, Bench
from zhoudao.conduct.flows.versions import version_of
from zhoudao.rooms.cases.events import CaseClosed
from zhoudao.rooms.cases.tables import ensure_default_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped(bench: Bench) -> Bench:
    ensure_default_tables(bench.now)
    ensure_shipped_flows(bench.now)
    return bench


@pytest.mark.parametrize(
    ("need", "state", "days", "first"),
    [
        ("return", "faulty", 10, "register"),
        ("exchange", "unopened", 15, "choose"),
        ("return", "unopened", 8, "choose"),
        ("exchange", "faulty", 31, "identify"),
        ("repair", "used", 400, "identify"),
        ("return", "used", 1, "advise"),
    ],
)
def test_an_after_sales_case_takes_the_way_the_table_says(
    shipped: Bench, need: str, state: str, days: int, first: str
) -> None:
    shipped.case.kind = "after_sales"
    shipped.case.save()
    run = shipped.opens()
    assert version_of(run.version_id).key == "after_sales"
    shipped.does("assess", need=need, product="洗衣机", days_held=days, state=state)
    assert shipped.open_elements() == [first]


def test_a_customer_who_matters_gets_the_replacement_before_they_send_theirs(shipped: Bench) -> None:
    shipped.case.customer.value_class = "gold"
    shipped.case.customer.save()
    start_run(key="exchange", object_type="case", object_id=shipped.case.id, data={}, at=shipped.now, by=MANAGER)
    shipped.does("choose", new_item="L 码", reason="size", in_stock="on")
    assert shipped.open_elements() == ["send_first"]
    shipped.does("send_first", new_parcel="SF1")
    shipped.does("take_back", found="as_said")
    assert shipped.open_elements() == ["received_ok"]


def test_a_repair_and_its_follow_up_outlive_the_closing_of_the_case(shipped: Bench) -> None:
    shipped.case.kind = "after_sales"
    shipped.case.save()
    run = shipped.opens()
    shipped.does("assess", need="repair", product="洗衣机", days_held=90, state="faulty")
    shipped.does("identify", serial="A1")
    shipped.does("judge", fault="漏水")
    shipped.does("match")
    shipped.does("visit", solved="on")
    shipped.happens(CaseClosed("solved", "question"))
    assert shipped.open_elements() == ["follow_up"]
    shipped.does("follow_up", satisfied="very")
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
