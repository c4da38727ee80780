"""An after-sales case walks: the table chooses the way, each way is walked by its own flow."""

import pytest

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import RunStatus
from zhoudao.conduct.flows.tests.bench import Bench
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
        ("exchange", "unopened", 15, "register"),
        ("return", "unopened", 8, "register"),
        ("exchange", "faulty", 31, "judge"),
        ("repair", "used", 400, "judge"),
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


def test_a_repair_and_its_follow_up_outlive_the_closing_of_the_case(shipped: Bench) -> None:
    shipped.case.kind = "after_sales"
    shipped.case.save()
    run = shipped.opens()
    shipped.does("assess", need="repair", product="洗衣机", days_held=90, state="faulty")
    shipped.does("judge", fault="漏水")
    shipped.happens(CaseClosed("solved", "question"))
    assert shipped.open_elements() == ["work"]
    shipped.does("work", solved="on")
    shipped.does("hand")
    shipped.does("tell")
    shipped.does("follow_up", satisfied="on")
    run.refresh_from_db()
    assert run.status == RunStatus.COMPLETED
