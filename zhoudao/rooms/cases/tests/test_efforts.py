"""What a case costs its customer: counted from what was said, as numbers only, and equal to what really happened."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.commands.closing import close_after_grace, close_case, resolve_case
from zhoudao.rooms.cases.commands.efforts import count_effort
from zhoudao.rooms.cases.commands.merging import merge_cases, undo_merge
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.efforts import COUNTS, Said, facts_in, toll_of, topics_asked
from zhoudao.rooms.cases.models import Case, Effort
from zhoudao.rooms.cases.queries import effort
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.queries.effort import MANY, Slice
from zhoudao.rooms.cases.queries.toll import toll
from zhoudao.rooms.cases.refusals import OutcomeMissing
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop
from zhoudao.rooms.conversations.models import Message

db = pytest.mark.django_db(transaction=True)
ORDER = "O2026-000123"


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def answers(shop: Shop, case: Case, text: str, who: str = "wang") -> None:
    reply_to_case(case_id=case.id, text=text, viewer=shop.viewer(who), at=shop.now, real_now=shop.now)
    dispatch.drain()


def solves(shop: Shop, case: Case) -> None:
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
    dispatch.drain()


# ---- what a fact is


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("订单 o2026-000123，急！", {"o2026000123"}),
        ("订单号Ｏ２０２６－０００１２３", {"o2026000123"}),
        ("我的电话138****8000。", {"138****8000"}),
        ("写信到 Wang@Shop.CN 就行", {"wang@shop.cn"}),
        ("2026-03-10 买的，花了 1299 元", set()),
        ("看这里 https://shop.cn/p/abc123456789", set()),
        ("> 您的订单 O2026-000123\n收到了", set()),
        ("SN: ABX-99-1234-K 和 SF1381234567", {"abx991234k", "sf1381234567"}),
        ("好的谢谢", set()),
    ],
)
def test_a_fact_is_a_number_or_an_address_however_it_is_written(text: str, facts: set[str]) -> None:
    assert facts_in(text) == facts


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("请提供一下您的订单号和电话", {"order", "phone"}),
        ("請問您的訂單號碼是多少？", {"order"}),
        ("Could you send a photo of the serial number?", {"picture", "serial"}),
        ("您的订单已经发货了。", set()),
        ("还有什么可以帮您的吗？", set()),
        ("您的订单已发货。方便留个地址吗？", {"address"}),
    ],
)
def test_asking_for_a_fact_is_told_from_speaking_of_it(text: str, topics: set[str]) -> None:
    assert topics_asked(text) == topics


def test_a_word_of_a_million_letters_is_read_at_once() -> None:
    for text in ("1" * 1_000_000, "a-" * 500_000, "x@" * 500_000, "> " * 500_000, "请" * 1_000_000):
        facts_in(text)
        topics_asked(text)


def test_within_one_contact_nothing_is_a_repeat_and_half_an_hour_of_silence_ends_it() -> None:
    def says(minute: int, text: str, channel: str = "webchat") -> Said:
        return Said(TUESDAY + timedelta(minutes=minute), channel, True, text=text)

    end = TUESDAY + timedelta(days=1)
    assert toll_of([says(0, ORDER), says(30, ORDER)], until=end).contacts == 1
    again = toll_of([says(0, ORDER), says(31, ORDER), says(70, ORDER)], until=end)
    assert (again.contacts, again.told_again, again.waited_seconds) == (3, 2, 24 * 3600)
    assert toll_of([says(0, ORDER), says(1, ORDER, "email")], until=end).told_again == 1
    assert toll_of([says(0, ORDER)], known=["o2026-000123"], until=end).told_again == 1


# ---- recounted by what was played


@dataclass
class Play:
    """A case played by chance that keeps its own account of what it cost: another way to the same figures."""

    shop: Shop
    rng: Random
    who: str
    contacts: int = 0
    people: set[str] = field(default_factory=set)
    told_again: int = 0
    asked_again: int = 0
    waited: timedelta = timedelta()
    waits: datetime | None = None
    told: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    case: Case | None = None

    def comes(self) -> None:
        """A customer writes once or twice, then perhaps somebody answers; afterwards all are silent for hours."""
        self.shop.later(hours=self.rng.randrange(1, 9))
        given = {number for number in (ORDER, "SN-445566", "138****8000") if self.rng.random() < 0.4}
        self.contacts += 1
        self.told_again += len(given & self.told)
        self.told |= given
        self.waits = self.waits or self.shop.now
        for words in ("在吗 " + " ".join(sorted(given)), *(["急 " + " ".join(sorted(given))] * self.rng.randrange(2))):
            self.case = self.shop.hears(words, who=self.who)
            self.shop.later(minutes=self.rng.randrange(1, 9))
        if self.rng.random() < 0.7:
            self._answered()

    def _answered(self) -> None:
        assert self.case is not None
        assert self.waits is not None
        who, asks = self.rng.choice(["admin", "zhao"]), self.rng.choice([("order", "请提供订单号"), ("", "好的")])
        answers(self.shop, self.case, asks[1], who)
        self.people.add(who)
        self.waited, self.waits = self.waited + (self.shop.now - self.waits), None
        if asks[0]:
            self.asked_again += asks[0] in self.asked
            self.asked.add(asks[0])

    def ends(self) -> None:
        """It is solved, whether answered or not."""
        assert self.case is not None
        if self.waits is not None:
            self.waited += self.shop.now - self.waits
        solves(self.shop, self.case)

    def account(self) -> dict[str, int]:
        """What it should have cost."""
        counts = (self.contacts, 1, len(self.people), self.told_again, self.asked_again)
        return dict(zip(COUNTS, (*counts, int(self.waited.total_seconds())), strict=True))


@db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_figures_are_what_was_played(shop: Shop, seed: int) -> None:
    rng = Random(seed)  # what happens, not a secret
    plays = [Play(shop, rng, f"visitor-{number}") for number in range(6)]
    start = shop.now
    for play in plays:
        for _ in range(rng.randrange(1, 8)):
            play.comes()
        play.ends()
    asked = Asked(start, shop.now + timedelta(days=1))
    for play in plays:
        assert play.case is not None
        assert {name: getattr(play.case.effort, name) for name in COUNTS} == play.account()
        assert {name: asdict(toll(play.case.id, at=shop.now))[name] for name in COUNTS} == play.account()
    check_figures_and_lists(shop, plays, asked)


def check_figures_and_lists(shop: Shop, plays: list[Play], asked: Asked) -> None:
    """Every figure is the plays' own account, and so is the list behind it."""
    viewer = shop.viewer("admin")
    found = effort.total(viewer, asked)
    assert found.cases == len(plays)
    assert found.sums == {name: sum(play.account()[name] for play in plays) for name in COUNTS}
    assert sum(effort.spread(viewer, asked).values()) == len(plays)

    def behind(code: str, part: Slice) -> set[str]:
        return {case.number for case in effort.cases_of(viewer, asked, code, part)}

    for contacts, cases in effort.spread(viewer, asked).items():
        wanted = {p.case.number for p in plays if p.case and min(p.contacts, MANY) == contacts}
        assert behind("cases.effort", Slice(contacts=contacts)) == wanted
        assert len(wanted) == cases
    assert behind("cases.effort_repeats", Slice()) == {
        p.case.number for p in plays if p.case and p.told_again + p.asked_again
    }
    for code, n in found.more.items():
        assert len(behind(code, Slice())) == n
    for split in effort.SPLITS:
        for key, one in effort.by(viewer, asked, split):
            assert len(behind("cases.effort", Slice(split, key))) == one.cases
        assert sum(one.cases for _key, one in effort.by(viewer, asked, split)) == len(plays)


@db
def test_what_is_merged_counts_with_its_survivor_until_it_is_taken_apart(shop: Shop) -> None:
    admin = shop.viewer("admin")
    first, second = shop.hears(f"坏了 {ORDER}", who="a"), shop.hears(f"还是坏的 {ORDER}", who="b")
    shop.later(hours=2)
    merge_cases(case_id=second.id, into_id=first.id, viewer=admin, at=shop.now)
    solves(shop, first)
    assert (Effort.objects.get().case_id, Effort.objects.get().contacts) == (first.id, 1)
    undo_merge(case_id=second.id, viewer=admin, at=shop.later(minutes=1))
    dispatch.drain()
    assert Effort.objects.filter(case=first).values_list("contacts", flat=True).get() == 1
    assert not Effort.objects.filter(case=second).exists()


@db
def test_a_case_opened_again_counts_nowhere_until_it_is_solved_anew(shop: Shop) -> None:
    case = shop.hears(f"坏了 {ORDER}")
    answers(shop, case, "已处理")
    solves(shop, case)
    viewer, asked = shop.viewer("admin"), Asked(shop.now - timedelta(days=1), shop.now + timedelta(days=9))
    assert effort.total(viewer, asked).cases == 1
    shop.later(hours=3)
    shop.hears(f"又坏了 {ORDER}")
    assert effort.total(viewer, asked).cases == 0
    solves(shop, case)
    assert effort.total(viewer, asked).sums["contacts"] == 2
    assert effort.total(viewer, asked).sums["told_again"] == 1
    count_effort(case.id)
    assert Effort.objects.count() == 1


@db
def test_nothing_a_customer_said_is_kept_with_the_count(shop: Shop) -> None:
    case = shop.hears(f"坏了 {ORDER}，电话13800138000")
    solves(shop, case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM cases_effort e")
        [(row,)] = cursor.fetchall()
    assert set(json.loads(row)) == {"case_id", "answers", "is_fresh", *COUNTS}
    assert "000123" not in row


@db
def test_confirmations_notes_and_answers_taken_back_are_nobody_met(shop: Shop) -> None:
    case = shop.hears("坏了")
    answers(shop, case, "马上看")
    Message.objects.filter(direction="out", is_auto=False).update(status="undone")
    assert toll(case.id, at=shop.now).people == 0


@db
def test_one_case_costs_few_statements_however_much_was_said(shop: Shop) -> None:
    case = shop.hears("坏了")

    def cost() -> int:
        with CaptureQueriesContext(connection) as sent:
            toll(case.id, at=shop.now)
        return len(sent)

    few = cost()
    for _ in range(5):
        shop.later(hours=1)
        shop.hears("还在吗")
    assert cost() == few <= 8


# ---- no case ends without outcome and cause


@db
@pytest.mark.parametrize(
    ("outcome", "cause"), [("", ""), ("solved", ""), ("", "product"), (" ", "product"), ("x", "\t")]
)
def test_no_command_ends_a_case_without_both(shop: Shop, outcome: str, cause: str) -> None:
    case, viewer = shop.hears("坏了"), shop.viewer("admin")
    for end in (resolve_case, close_case):
        with pytest.raises(OutcomeMissing):
            end(case_id=case.id, outcome=outcome, cause=cause, viewer=viewer, at=shop.now)
    assert close_after_grace(case.id, at=shop.later(days=9)) is False


@db
@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_the_database_takes_no_such_case_whatever_writes_it(shop: Shop, status: str) -> None:
    case = shop.hears("坏了")
    for missing in ({"outcome": "", "cause": "product"}, {"outcome": "solved", "cause": ""}):
        with pytest.raises(IntegrityError, match="solved_with_outcome_and_cause"), transaction.atomic():
            Case.objects.filter(id=case.id).update(status=status, **missing)
