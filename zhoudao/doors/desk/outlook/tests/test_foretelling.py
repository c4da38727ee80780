"""What becomes of open cases: learned from those that ended, said on the desk, used in line where a team wants it."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.conduct.insight.case_trails import past_cases
from zhoudao.conduct.insight.foretelling import HISTORY, foretell, learn_outlook
from zhoudao.conduct.insight.models import Foretelling
from zhoudao.conduct.insight.outlook import KEPT
from zhoudao.conduct.insight.tests.past import give_past, old_case
from zhoudao.doors.desk.outlook import tasks
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.foretelling import Foretold, hurry_risky, note_outlooks
from zhoudao.rooms.cases.lines import in_line
from zhoudao.rooms.cases.models import Case, CaseOutlook, Status
from zhoudao.rooms.cases.outlooks import Reason
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.staff.commands import set_hurrying, set_pushing

SignIn = Callable[[str], Client]
LEAD = By("user:lead")


def learned(shop: Shop) -> Foretelling:
    return learn_outlook(at=shop.now, rng=np.random.default_rng(3))


@pytest.fixture
def risky(shop: Shop) -> tuple[Case, Case]:
    """After a long past: a complaint and an inquiry opened just now, in nobody's hands; everything foretold."""
    give_past(shop, 360)
    like = Case.objects.exclude(conversation=None).get()
    Case.objects.filter(id=like.id).update(status=Status.WAITING)
    complaint, inquiry = (
        old_case(like, 900_000 + place, kind, shop.now - timedelta(hours=1))
        for place, kind in enumerate(("complaint", "inquiry"))
    )
    learned(shop)
    foretell(at=shop.now)
    return complaint, inquiry


def test_a_complaint_is_likely_to_miss_its_promise_and_an_inquiry_is_not(shop: Shop, risky: tuple[Case, Case]) -> None:
    made = Foretelling.objects.get()
    assert made.fault == ""
    assert made.cases == 360
    assert made.judged["time"]["is_beaten"]
    assert made.judged["risk"]["is_beaten"]
    complaint, inquiry = (CaseOutlook.objects.get(case=case) for case in risky)
    assert complaint.risk is not None
    assert inquiry.risk is not None
    assert complaint.risk > 0.7
    assert inquiry.risk < 0.3
    assert complaint.low_seconds <= complaint.mid_seconds <= complaint.high_seconds
    assert 12 < complaint.mid_seconds / 3600 < 25
    assert inquiry.mid_seconds / 3600 < 4
    assert "kind" in [reason[0] for reason in complaint.reasons]
    assert inquiry.reasons == []
    assert made.foretold == Case.objects.exclude(status=Status.CLOSED).count() == 3


def test_looking_costs_as_many_statements_for_forty_cases_as_for_three(shop: Shop, risky: tuple[Case, Case]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        foretell(at=shop.now)
    like = risky[0]
    for place in range(40):
        old_case(like, 910_000 + place, "complaint", shop.now - timedelta(minutes=30))
    with CaptureQueriesContext(connection) as many:
        assert foretell(at=shop.now) == 43
    assert len(many) == len(few) <= 12


def test_what_has_happened_since_changes_nothing_of_what_was_known(shop: Shop, risky: tuple[Case, Case]) -> None:
    """What the past is read as at a moment is the same a day later, but for what had not ended."""
    before = past_cases(since=shop.now - HISTORY, at=shop.now - timedelta(days=10))
    after = past_cases(since=shop.now - HISTORY, at=shop.now)
    assert len(before.ids) == len(after.ids)
    assert (before.trails.at <= int((shop.now - timedelta(days=10)).timestamp())).sum() <= len(after.trails.at)


def test_of_too_short_a_past_nothing_is_foretold_and_the_page_says_so(shop: Shop, sign_in: SignIn) -> None:
    give_past(shop, 60)
    assert learned(shop).fault == "few"
    assert foretell(at=shop.now) == 0
    assert not CaseOutlook.objects.exists()
    page = sign_in("zhou").get(reverse("outlook")).content.decode()
    assert "60" in page
    assert "200" in page


def test_of_a_case_that_is_solved_nothing_is_said_any_more(shop: Shop, risky: tuple[Case, Case]) -> None:
    Case.objects.filter(id=risky[0].id).update(status=Status.RESOLVED, resolved_at=shop.now, outcome="x", cause="y")
    foretell(at=shop.now)
    assert set(CaseOutlook.objects.values_list("case_id", flat=True)) >= {risky[1].id}
    assert not CaseOutlook.objects.filter(case=risky[0]).exists()


def test_the_last_thirty_are_kept(shop: Shop) -> None:
    for _ in range(KEPT + 3):
        learned(shop)
        shop.later(days=1)
    assert Foretelling.objects.count() == KEPT


def test_the_list_and_the_case_say_it_quietly_and_at_risk_finds_it(
    shop: Shop, risky: tuple[Case, Case], sign_in: SignIn
) -> None:
    client, (complaint, inquiry) = sign_in("zhou"), risky
    shown = client.get(f"{reverse('desk')}?view=risky").content.decode()
    assert f'data-number="{complaint.number}"' in shown
    assert f'data-number="{inquiry.number}"' not in shown
    assert "chip-risk" in shown
    page = client.get(reverse("desk_case", args=[complaint.number])).content.decode()
    assert "这类工单常超时" in page
    calm = client.get(reverse("desk_case", args=[inquiry.number])).content.decode()
    assert '<p class="case-outlook' not in calm
    outlook = client.get(reverse("outlook")).content.decode()
    assert complaint.number in outlook
    assert inquiry.number not in outlook
    assert '<svg class="picture"' in outlook


def test_the_page_costs_the_same_however_many_are_at_risk(
    shop: Shop, risky: tuple[Case, Case], sign_in: SignIn
) -> None:
    client = sign_in("zhou")
    client.get(reverse("outlook"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("outlook"))
    for place in range(40):
        old_case(risky[0], 920_000 + place, "complaint", shop.now - timedelta(minutes=30))
    foretell(at=shop.now)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("outlook"))
    assert len(many) == len(few) <= 12


def test_whoever_may_not_read_how_work_goes_may_not_read_the_outlook(shop: Shop, sign_in: SignIn) -> None:
    assert sign_in("wang").get(reverse("outlook")).status_code == 403


def note(shop: Shop, case: Case, risk: float | None) -> None:
    seconds = {"low_seconds": 60, "mid_seconds": 600, "high_seconds": 6_000}
    told = [Foretold(case_id=case.id, risk=risk, reasons=(Reason("queue", 14),), **seconds)]
    note_outlooks(told, model_id=case.id, at=shop.now)


@pytest.fixture
def line(shop: Shop) -> list[Case]:
    """Two cases in the line of a team that takes its cases itself, in order."""
    set_pushing(team=shop.cast.teams["reception"], pushes=False, by=LEAD, at=shop.now)
    cases = []
    for who in ("one", "two"):
        cases.append(shop.hears("where is my parcel?", who=who))
        shop.later(minutes=1)
    return cases


def order(shop: Shop) -> list[str]:
    return [str(one.id) for one in in_line([shop.cast.teams["reception"].id], limit=9)]


def test_cases_at_risk_wait_like_all_others_until_a_team_wants_otherwise(shop: Shop, line: list[Case]) -> None:
    first, second = (str(case.id) for case in line)
    note(shop, line[1], 0.9)
    assert hurry_risky(at=shop.now) == 0
    assert order(shop) == [first, second]
    set_hurrying(team=shop.cast.teams["reception"], hurries=True, by=LEAD, at=shop.now)
    assert hurry_risky(at=shop.now) == 1
    assert hurry_risky(at=shop.now) == 0, "once"
    assert order(shop) == [second, first]


@pytest.mark.parametrize(("risk", "is_back"), [(0.6, False), (0.4, True), (None, True)])
def test_a_case_goes_back_when_it_is_no_longer_likely_to_be_late(
    shop: Shop, line: list[Case], risk: float | None, is_back: bool
) -> None:
    first, second = (str(case.id) for case in line)
    set_hurrying(team=shop.cast.teams["reception"], hurries=True, by=LEAD, at=shop.now)
    rank = Case.objects.get(id=line[1].id).rank
    note(shop, line[1], 0.9)
    hurry_risky(at=shop.now)
    assert Case.objects.get(id=line[1].id).rank == rank - 1
    note(shop, line[1], risk)
    hurry_risky(at=shop.now)
    assert (order(shop) == [first, second]) is is_back
    assert (Case.objects.get(id=line[1].id).rank == rank) is is_back


def test_when_the_team_no_longer_wants_it_all_wait_as_before(shop: Shop, line: list[Case]) -> None:
    team = shop.cast.teams["reception"]
    set_hurrying(team=team, hurries=True, by=LEAD, at=shop.now)
    note(shop, line[1], 0.9)
    hurry_risky(at=shop.now)
    set_hurrying(team=team, hurries=False, by=LEAD, at=shop.now)
    hurry_risky(at=shop.now)
    assert order(shop) == [str(case.id) for case in line]


@pytest.mark.parametrize(("risk", "rank"), [(0.69, 5), (0.9, 1), (0.9, 0)])
def test_nobody_is_hurried_for_a_small_risk_or_among_emergencies(
    shop: Shop, line: list[Case], risk: float, rank: int
) -> None:
    set_hurrying(team=shop.cast.teams["reception"], hurries=True, by=LEAD, at=shop.now)
    Case.objects.filter(id=line[1].id).update(rank=rank)
    note(shop, line[1], risk)
    assert hurry_risky(at=shop.now) == 0


def test_a_rank_the_rules_gave_anew_stays(shop: Shop, line: list[Case]) -> None:
    set_hurrying(team=shop.cast.teams["reception"], hurries=True, by=LEAD, at=shop.now)
    note(shop, line[1], 0.9)
    hurry_risky(at=shop.now)
    Case.objects.filter(id=line[1].id).update(rank=7)
    note(shop, line[1], 0.1)
    hurry_risky(at=shop.now)
    assert Case.objects.get(id=line[1].id).rank == 7


def test_its_history_says_that_it_was_hurried(shop: Shop, line: list[Case], sign_in: SignIn) -> None:
    set_hurrying(team=shop.cast.teams["reception"], hurries=True, by=LEAD, at=shop.now)
    note(shop, line[1], 0.9)
    hurry_risky(at=shop.now)
    told = Event.objects.get(type="cases.CaseHurried")
    assert told.primary_id == line[1].id
    assert told.attributes["risk"] == 90


def test_the_lead_switches_it_on_the_teams_page(shop: Shop, sign_in: SignIn) -> None:
    client, team = sign_in("zhao"), shop.cast.teams["reception"]
    address = reverse("routing_hurrying", args=["reception"])
    assert client.post(address, {"hurries": "yes"}).status_code == 302
    team.refresh_from_db()
    assert team.settings.hurries
    client.post(address, {"hurries": ""})
    team.settings.refresh_from_db()
    assert not team.settings.hurries
    assert sign_in("wang").post(address, {"hurries": "yes"}).status_code in (403, 404)


def test_the_analyst_learns_and_looks(shop: Shop) -> None:
    give_past(shop, 30)
    tasks.learn(shop.now.isoformat())
    tasks.foretell(shop.now.isoformat())
    assert [made.fault for made in Foretelling.objects.all()] == ["few"]
    assert not CaseOutlook.objects.exists()
