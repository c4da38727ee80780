from collections import Counter
from datetime import UTC, datetime, timedelta

from zhoudao.engines.worktime import Calendar, Duty, always, called_next, oncall

MIDNIGHT = datetime(2026, 3, 14, tzinfo=UTC)
FIVE = timedelta(minutes=5)
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHT = Calendar.weekly("UTC", {day: [("22:00", "00:08")] for day in EVERY_DAY})
ROSTER = [
    Duty("leader", always(), rank=9),
    Duty("li", NIGHT, rank=1),
    Duty("chen", NIGHT, rank=1),
    Duty("zhao", always(), rank=0, start=MIDNIGHT + timedelta(minutes=7)),
    Duty("former", always(), rank=0, end=MIDNIGHT),
]


def called(at: datetime, limit: int, most: int = 9) -> list[tuple[str, float]]:
    so_far, pages = Counter[str](), []
    for step in range(limit):
        member = called_next(ROSTER, so_far, at + step * FIVE, most)
        if member is None:
            break
        so_far[member] += 1
        pages.append((member, step * 5.0))
    return pages


def test_those_on_duty_stand_in_the_order_they_are_paged() -> None:
    assert oncall(ROSTER, MIDNIGHT) == ["li", "chen", "leader"]
    assert oncall(ROSTER, MIDNIGHT + timedelta(hours=1)) == ["zhao", "leader"]


def test_the_next_is_paged_until_one_takes_it_and_shifts_change_meanwhile() -> None:
    assert called(MIDNIGHT, 5) == [("li", 0), ("chen", 5), ("zhao", 10), ("leader", 15), ("zhao", 20)]


def test_everyone_is_reached_before_anyone_is_called_twice() -> None:
    names = [name for name, _ in called(MIDNIGHT - timedelta(hours=1), 8)]
    assert names == ["former", "li", "chen", "leader", "former", "li", "chen", "leader"]


def test_a_member_with_two_duties_is_paged_once() -> None:
    assert oncall([Duty("li", NIGHT), Duty("li", always(), rank=3)], MIDNIGHT) == ["li"]


def test_nobody_is_called_more_often_than_asked_and_nobody_at_all_off_duty() -> None:
    noon = MIDNIGHT + timedelta(hours=12)
    assert called(noon, 9, most=2) == [("zhao", 0), ("leader", 5), ("zhao", 10), ("leader", 15)]
    assert called_next([Duty("li", NIGHT)], {}, noon) is None
