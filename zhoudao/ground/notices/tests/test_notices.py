"""Who is told what, how, when; and that nothing is told or mailed twice."""

import doctest
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.ground.accounts.managing import ZoneUnknown
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.notices import quiet
from zhoudao.ground.notices.commands import (
    CLAIM,
    PATIENCE,
    TRIES,
    HoursIncomplete,
    News,
    claim_mail,
    hushed,
    mail_failed,
    mail_went,
    notify,
    people_to_mail,
    read_notices,
    set_wish,
)
from zhoudao.ground.notices.kinds import Kind, register, sentence
from zhoudao.ground.notices.models import Notice, Wish
from zhoudao.ground.notices.queries import notices_of, unread

TEN = datetime(2026, 3, 10, 2, tzinfo=UTC)  # ten in the morning in Shanghai
ELEVEN_AT_NIGHT = datetime(2026, 3, 10, 15, tzinfo=UTC)
register(Kind("test_both", _("Test"), _("%(by)s mentioned you in %(number)s"), default="both"))
register(Kind("test_desk", _("Test"), _("There is a note in %(number)s")))


@pytest.fixture
def cast(db: None) -> Cast:
    return company()


def news(key: str = "k", kind: str = "test_both") -> News:
    return News(kind, key, "/desk/cases/C2026-000001/", {"by": "李强", "number": "C2026-000001"})


def wish(user: User, way: str = "both", **how: object) -> Wish:
    asked = {"quiet_from": None, "quiet_until": None, "zone": ""} | how
    return set_wish(user_id=user.id, ways={"test_both": way}, **asked)  # type: ignore[arg-type]  # words of a test


def mailable(at: datetime) -> int:
    return len(people_to_mail(at=at, real_now=at))


def test_what_is_told_once_is_not_told_again(cast: Cast) -> None:
    wang = cast.people["wang"]

    assert notify(news(), [wang.id, wang.id], at=TEN) == 1
    assert notify(news(), [wang.id], at=TEN) == 0
    assert notify(news("other"), [wang.id], at=TEN) == 1
    assert unread(wang.id)[0] == 2


@pytest.mark.parametrize(
    ("way", "shown", "mailed"), [("both", 1, 1), ("browser", 1, 0), ("mail", 0, 1), ("none", 0, 0)]
)
def test_everybody_is_told_as_they_chose(cast: Cast, way: str, shown: int, mailed: int) -> None:
    wang = cast.people["wang"]
    wish(wang, way)

    notify(news(), [wang.id], at=TEN)

    assert unread(wang.id)[0] == shown
    assert mailable(TEN + PATIENCE) == mailed


def test_without_a_choice_the_kinds_own_way_counts_and_nonsense_is_no_choice(cast: Cast) -> None:
    wang = cast.people["wang"]
    wish(wang, "by pigeon")

    notify(news(), [wang.id], at=TEN)
    notify(news("d", "test_desk"), [wang.id], at=TEN)

    assert list(Notice.objects.order_by("kind").values_list("kind", "mail_at")) == [
        ("test_both", TEN + PATIENCE),
        ("test_desk", None),
    ]


def test_who_left_is_told_nothing(cast: Cast) -> None:
    User.objects.filter(id=cast.people["wang"].id).update(is_active=False)

    assert notify(news(), [cast.people["wang"].id], at=TEN) == 0


def test_what_was_read_at_the_desk_is_not_mailed(cast: Cast) -> None:
    wang = cast.people["wang"]
    notify(news(), [wang.id], at=TEN)
    assert mailable(TEN) == 0

    read_notices(user_id=wang.id, at=TEN + timedelta(minutes=1))

    assert mailable(TEN + timedelta(days=1)) == 0
    assert notices_of(wang.id)[0].is_read


def test_at_night_mails_wait_and_go_out_together_in_the_morning(cast: Cast) -> None:
    wang = cast.people["wang"]
    wish(wang, quiet_from=time(22), quiet_until=time(8))
    for number in range(3):
        notify(news(str(number)), [wang.id], at=ELEVEN_AT_NIGHT + timedelta(hours=number))
    eight = datetime(2026, 3, 11, 0, tzinfo=UTC)

    assert mailable(eight - timedelta(seconds=1)) == 0
    assert len(claim_mail(wang.id, at=eight, real_now=eight)) == 3
    assert unread(wang.id)[0] == 3


def test_the_night_is_the_persons_own(cast: Cast) -> None:
    wang = cast.people["wang"]
    wish(wang, quiet_from=time(22), quiet_until=time(8), zone="America/New_York")

    notify(news(), [wang.id], at=ELEVEN_AT_NIGHT)  # eleven in the morning in New York

    assert mailable(ELEVEN_AT_NIGHT + PATIENCE) == 1


def test_two_workers_do_not_mail_the_same_and_a_dead_one_is_taken_over(cast: Cast) -> None:
    wang, later = cast.people["wang"], TEN + PATIENCE
    notify(news(), [wang.id], at=TEN)

    assert len(claim_mail(wang.id, at=later, real_now=later)) == 1
    assert claim_mail(wang.id, at=later, real_now=later) == []
    again = claim_mail(wang.id, at=later, real_now=later + CLAIM + timedelta(seconds=1))
    mail_went(again, at=later)
    assert mailable(later + timedelta(days=1)) == 0


def test_a_mail_that_fails_is_tried_again_later_six_times_and_says_why(cast: Cast) -> None:
    wang, at = cast.people["wang"], TEN + PATIENCE
    notify(news(), [wang.id], at=TEN)
    for attempt in range(TRIES):
        claimed = claim_mail(wang.id, at=at, real_now=at)
        assert len(claimed) == 1, attempt
        mail_failed(claimed, why="The server is away.", at=at)
        assert mailable(at) == 0
        at += timedelta(days=1)

    assert mailable(at) == 0
    assert Wish.objects.get().trouble == "The server is away."
    assert unread(wang.id)[0] == 1


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"zone": "Mars/Olympus"}, ZoneUnknown),
        ({"zone": "../etc/passwd"}, ZoneUnknown),
        ({"quiet_from": time(22)}, HoursIncomplete),
    ],
)
def test_choices_that_make_no_sense_are_refused(cast: Cast, how: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        wish(cast.people["wang"], **how)  # type: ignore[arg-type]  # words of a test
    assert not Wish.objects.exists()


def test_a_kind_nobody_knows_any_more_keeps_its_name() -> None:
    assert sentence("gone", {}) == "gone"
    with translation.override("en"):
        assert sentence("test_desk", {}) == "Test"


def test_the_examples_hold() -> None:
    assert doctest.testmod(quiet).failed == 0


_MINUTES = st.integers(0, 24 * 60 - 1)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first draw reads the whole program
@given(
    minute=st.integers(0, 365 * 24 * 60),
    begins=_MINUTES,
    ends=_MINUTES,
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
)
def test_quiet_hours_end_within_a_day_at_their_end_or_never_began(
    minute: int, begins: int, ends: int, zone: str
) -> None:
    there, at = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    night = {"begins": time(begins // 60, begins % 60), "ends": time(ends // 60, ends % 60)}
    then = quiet.after_quiet(at, zone=there, **night)

    assert at <= then <= at + timedelta(hours=25)
    if then != at:
        assert then.astimezone(there).time().minute == ends % 60
        assert begins != ends
    assert quiet.after_quiet(then, zone=there, **night) in (then, then + timedelta(hours=1))


@pytest.mark.django_db
def test_nobody_is_told_while_the_past_is_lived_over() -> None:
    user = company().people["wang"]
    news = News("test_both", "once", "/desk/", {"number": "C1", "by": "李"})
    with hushed():
        assert notify(news, [user.id], at=TEN) == 0
    assert not Notice.objects.exists()
    assert notify(news, [user.id], at=TEN) == 1
