"""What a policy's answer is read as: nothing it does not say is given, and several lines get what all of them get."""

from decimal import Decimal
from typing import Any, cast
from unittest.mock import patch

import pytest

from zhoudao.ground.decisions.queries import DecisionNotFound, Table
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales import policies
from zhoudao.rooms.aftersales.policies import UNDECIDED, WHY, Terms, judged, may_approve, together
from zhoudao.rooms.aftersales.tables import APPROVAL

GIVEN: dict[str, Any] = {
    "allow": True,
    "why": "",
    "auto": True,
    "instant": True,
    "fee_percent": 7,
    "ships_back": "us",
    "shipping_back": True,
    "photos": True,
    "window_days": 15,
    "postage_limit": 12,
    "risk_limit": 300,
}


class Says:
    """A table that answers this, and remembers what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), list[dict[str, Any]]()

    def ask(self, asked: dict[str, Any]) -> tuple[Any, None]:
        """The next answer; the last one again and again."""
        self.asked.append(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0], None


def read(**more: Any) -> Terms:
    return judged(cast(Table, Says(GIVEN | more)), {"kind": "exchange"}, "CNY")


def test_every_word_of_a_row_is_taken_as_it_stands() -> None:
    assert read() == Terms(
        is_allowed=True,
        why="",
        is_auto=True,
        is_instant=True,
        fee_percent=7,
        ships_back="us",
        is_shipping_back=True,
        needs_photos=True,
        window_days=15,
        postage_minor=1_200,
        risk_minor=30_000,
    )


def test_what_a_row_does_not_say_is_not_given() -> None:
    bare = judged(cast(Table, Says({"allow": True})), {}, "CNY")
    assert (bare.is_auto, bare.is_instant, bare.is_shipping_back, bare.needs_photos) == (False, False, False, False)
    assert (bare.fee_percent, bare.window_days, bare.postage_minor, bare.ships_back) == (0, 0, 0, "customer")
    assert bare.risk_minor == policies.USUAL_RISK * 100


@pytest.mark.parametrize("name", ["auto", "instant", "shipping_back", "photos"])
@pytest.mark.parametrize("value", [1, "true", "yes", None])
def test_only_a_plain_yes_is_a_yes(name: str, value: Any) -> None:
    found = read(**{name: value})
    field = {"auto": "is_auto", "instant": "is_instant", "shipping_back": "is_shipping_back", "photos": "needs_photos"}
    assert getattr(found, field[name]) is False


def test_money_goes_ahead_only_where_nobody_has_to_decide() -> None:
    assert read(auto=False).is_instant is False
    assert read(instant=False).is_auto is True
    refused = read(allow=False)
    assert (refused.is_allowed, refused.is_auto, refused.is_instant, refused.postage_minor) == (False, False, False, 0)


@pytest.mark.parametrize("answer", [None, {}, {"allow": None}, {"allow": 1}, {"allow": "true"}])
def test_a_policy_that_says_nothing_sound_gives_it_to_a_person(answer: Any) -> None:
    found = judged(cast(Table, Says(answer)), {}, "CNY")
    assert (found.is_allowed, found.why, found.is_auto) == (True, UNDECIDED, False)
    assert str(found.words) == str(WHY[UNDECIDED])


def test_a_no_without_a_reason_is_called_excluded() -> None:
    assert read(allow=False, why="").why == "excluded"
    assert read(allow=False, why="too_late").why == "too_late"
    assert read(why=None).why == ""
    assert str(Terms(is_allowed=False, why="never heard of").words) == str(WHY["excluded"])
    assert str(Terms(is_allowed=True).words) == str(WHY[""])


@pytest.mark.parametrize(
    ("name", "field", "worst", "most"),
    [("fee_percent", "fee_percent", 101, 100), ("window_days", "window_days", 3_651, 3_650)],
)
def test_numbers_stay_in_their_bounds(name: str, field: str, worst: int, most: int) -> None:
    assert getattr(read(**{name: most}), field) == most
    assert getattr(read(**{name: worst}), field) <= most
    assert getattr(read(**{name: -1}), field) == 0


def test_amounts_are_of_the_orders_currency_and_bounded() -> None:
    yen = judged(cast(Table, Says(GIVEN)), {}, "JPY")
    assert (yen.postage_minor, yen.risk_minor) == (12, 300)
    assert read(postage_limit=100_000).postage_minor == 10_000_000
    assert read(postage_limit=100_001).postage_minor <= 10_000_000
    assert read(risk_limit=10_000_000).risk_minor == 1_000_000_000
    assert read(risk_limit=10_000_001).risk_minor <= 1_000_000_000


def test_only_the_word_us_has_us_pay_for_sending() -> None:
    assert read(ships_back="US").ships_back == "customer"
    assert read(ships_back="customer").ships_back == "customer"


def test_terms_alone_give_nothing() -> None:
    bare = Terms(is_allowed=True)
    assert (bare.is_auto, bare.is_instant, bare.is_shipping_back, bare.needs_photos) == (False, False, False, False)
    assert (bare.fee_percent, bare.window_days, bare.postage_minor, bare.risk_minor) == (0, 0, 0, 0)
    assert (bare.pickup_minor, bare.fetching_minor, bare.label_minor, bare.labelled_minor) == (None,) * 4


def fetched(fee: Any, **more: Any) -> Terms:
    return read(ships_back="customer", pickup_fee=fee, **more)


def test_fetching_costs_what_the_row_says_nothing_where_we_pay_and_is_else_not_done() -> None:
    assert [fetched(fee).fetching_minor for fee in (12, 0, 1, 1_000)] == [1_200, 0, 100, 100_000]
    assert [fetched(fee).fetching_minor for fee in (None, "12", True, -1, -5)] == [None] * 5
    assert fetched(1_001).pickup_minor == 100_000
    assert fetched(12, allow=False).pickup_minor is None
    assert (read().fetching_minor, read(pickup_fee=12).fetching_minor) == (0, 0)


def test_a_prepaid_label_costs_what_its_own_column_says_as_fetching_does() -> None:
    labelled = [read(ships_back="customer", label_fee=fee, pickup_fee=12) for fee in (8, 0, None, "8", -1)]
    assert [one.labelled_minor for one in labelled] == [800, 0, None, None, None]
    assert {one.fetching_minor for one in labelled} == {1_200}
    assert (read().labelled_minor, read(label_fee=8).labelled_minor) == (0, 0)
    assert read(ships_back="customer", label_fee=8, allow=False).label_minor is None
    cheap, dear, never = labelled[1], labelled[0], labelled[2]
    assert together([cheap, dear]).label_minor == 800
    assert together([cheap, never]).label_minor is None
    assert together([read(), cheap]).label_minor == 0


def test_one_courier_fetches_all_of_it_for_the_dearest_and_none_where_a_part_is_not_fetched() -> None:
    ours, cheap, dear, never = read(), fetched(5), fetched(12), fetched(None)
    assert together([cheap, dear, cheap]).pickup_minor == 1_200
    assert together([ours, cheap]).pickup_minor == 500
    assert together([cheap, never]).pickup_minor is None
    assert together([ours, ours]).pickup_minor is None
    assert together([ours, never]).pickup_minor is None


def test_several_lines_get_what_all_of_them_get() -> None:
    kind, strict = read(), Terms(is_allowed=True, why=UNDECIDED, fee_percent=10, window_days=7, postage_minor=5)
    for both in (together([kind, strict]), together([strict, kind])):
        assert both == Terms(
            is_allowed=True,
            why=UNDECIDED,
            is_auto=False,
            is_instant=False,
            fee_percent=10,
            ships_back="customer",
            is_shipping_back=False,
            needs_photos=True,
            window_days=7,
            postage_minor=5,
            risk_minor=0,
        )
    assert together([kind, kind]) == kind
    assert together([kind]) == kind


def test_one_line_that_may_not_stops_them_all_with_its_own_reason() -> None:
    no = Terms(is_allowed=False, why="too_late")
    assert together([read(), no, Terms(is_allowed=False, why="excluded")]) == no


def test_terms_are_kept_and_read_as_they_were() -> None:
    assert Terms(**read().stored()) == read()


def test_whoever_has_a_role_that_may_is_let_and_the_table_is_asked_in_whole_units() -> None:
    table = Says({"may": False}, {"may": True})
    with patch.object(policies, "live_tables", return_value={APPROVAL: table}):
        assert may_approve(["agent", "team_lead"], Money(50_001, "CNY"), kind="exchange", is_exception=True)
    assert table.asked[0] == {
        "amount": float(Decimal("500.01")),
        "currency": "CNY",
        "kind": "exchange",
        "exception": True,
        "role": "agent",
    }


@pytest.mark.parametrize("answer", [None, {}, {"may": False}, {"may": 1}, {"may": "true"}])
def test_what_the_limits_do_not_say_nobody_may(answer: Any) -> None:
    with patch.object(policies, "live_tables", return_value={APPROVAL: Says(answer)}):
        assert not may_approve(["administrator"], Money(1, "CNY"), kind="exchange", is_exception=False)


def test_without_a_table_of_limits_nobody_may() -> None:
    with patch.object(policies, "live_tables", side_effect=DecisionNotFound(APPROVAL)):
        assert not may_approve(["administrator"], Money(1, "CNY"), kind="exchange", is_exception=False)


def test_whoever_has_no_role_may_not() -> None:
    with patch.object(policies, "live_tables", return_value={APPROVAL: Says({"may": True})}):
        assert not may_approve([], Money(1, "CNY"), kind="exchange", is_exception=False)
