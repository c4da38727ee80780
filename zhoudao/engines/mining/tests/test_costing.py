"""What a process costs, reckoned hour by hour; what a finding costs; what names say."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.costing import HOUR, NoAmounts, Rates, costs, lying
from zhoudao.engines.mining.diagnosis import diagnose
from zhoudao.engines.mining.findings import Kind
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.tests.shop import of

PIECE = st.tuples(st.sampled_from("uvw"), st.integers(0, 30), st.integers(0, 6))


@settings(deadline=None)  # the first call compiles
@given(st.lists(PIECE, min_size=1, max_size=14))
def test_a_case_lies_in_every_hour_in_which_nothing_of_it_is_at_work(pieces: list[tuple[str, int, int]]) -> None:
    log = of([(case, "a", (at + took) * HOUR, at * HOUR, "p") for case, at, took in pieces])
    assert log.begun is not None
    lay = lying(log, log.begun)
    for code, case in enumerate(log.cases):
        own = [(at, at + took) for name, at, took in pieces if name == case]
        first, last = min(at for at, _until in own), max(until for _at, until in own)
        idle = sum(not any(at <= hour < until for at, until in own) for hour in range(first, last))
        assert lay[log.of(code)].sum() == idle * HOUR
    assert (lay >= 0).all()


def shop_log(*, spent: str = "2.50") -> Log:
    """Twenty cases: a customer asks, it lies for nine hours, somebody copies it for one, they ask again."""
    rows = [
        (f"c{n}", step, n * 24 + begun, n * 24 + end, who)
        for n in range(20)
        for step, begun, end, who in (
            ("Inbound call", 0, 0, None), ("Copy to list", 9, 10, "ann"), ("Inbound call", 14, 14, None),
            ("Request missing documents", 15, 16, "bea"), ("Answer", 16, 17, "ann"), ("Answer", 18, 19, "ann"),
        )
    ]  # fmt: skip
    return interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows],
        begun=np.array([row[2] for row in rows], np.int64) * HOUR,
        end=np.array([row[3] for row in rows], np.int64) * HOUR,
        resource=[row[4] for row in rows],
        columns={"spent": [spent if row[1] == "Answer" else None for row in rows]},
    )  # fmt: skip


def test_work_lying_and_material_are_paid_at_their_rates() -> None:
    log = shop_log()
    assert log.begun is not None
    found = costs(log, log.begun, Rates(60, 2, "CNY"), material="spent")
    assert found.parts == (20 * 4 * 60, 20 * (9 + 4 + 1 + 1) * 2, 20 * 2 * 2.5)
    assert not found.estimated
    assert costs(log, log.begun, Rates(60, 2, "CNY")).parts[2] == 0


def test_every_finding_has_its_price_and_the_dearest_is_first() -> None:
    found = diagnose(shop_log(), least=0, rates=Rates(60, 2, "CNY"), material="spent").findings
    prices = [each.money for each in found if each.money is not None]
    assert len(prices) == len(found)
    assert all(one >= other for one, other in pairwise(prices))
    by_kind = {each.kind: each for each in found}
    again = by_kind[Kind.AT_ONCE]  # the second answer: an hour of work, an hour lain, and what was spent on it
    assert again.what == ("Answer",)
    assert again.money == pytest.approx(20 * (60 + 2 + 2.5))
    asked = by_kind[Kind.CONTACTS]
    assert (asked.count, asked.hours) == (20, 280)
    assert asked.money == pytest.approx(280 * 2)
    assert asked.figures == {"contacts": 2, "unanswered": 0}
    assert by_kind[Kind.BY_HAND].what == ("Copy to list",)
    assert by_kind[Kind.PUT_RIGHT].what == ("Request missing documents",)


def test_customers_who_ask_again_are_no_work_done_again() -> None:
    kinds = {(each.kind, each.what) for each in diagnose(shop_log(), least=0).findings}
    assert (Kind.AGAIN, ("Inbound call",)) not in kinds
    assert all(each.money is None for each in diagnose(shop_log(), least=0).findings)


@pytest.mark.parametrize(
    ("column", "spent"), [("price", "2.50"), ("spent", "much"), ("spent", "1e300"), ("spent", "nan")]
)
def test_what_is_no_amount_is_refused_with_its_column(column: str, spent: str) -> None:
    log = shop_log(spent=spent)
    assert log.begun is not None
    with pytest.raises(NoAmounts, match=column):
        costs(log, log.begun, Rates(1, 1, "CNY"), material=column)
