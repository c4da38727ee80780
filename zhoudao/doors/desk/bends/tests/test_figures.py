"""What is bent how often: figures that equal a recount, and the cases behind them."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

from django.test import Client
from django.urls import reverse

from zhoudao.conduct.flows.commands.unbending import undo_bend
from zhoudao.conduct.flows.models import BendLimit, Run
from zhoudao.conduct.flows.queries.bent import bends_on
from zhoudao.conduct.flows.tests.bench import Bench
from zhoudao.conduct.flows.tests.bending import Bender, a_bender
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case

SignIn = Callable[[str], Client]
LINE = "start s\nuser a name=受理 target=PT4H\nuser b\nuser c\nend e\ns -> a -> b -> c -> e"


def walked(bench: Bench, number: int) -> Bender:
    """Another case of the same flow, and who bends it."""
    run = bench.opens_another(bench.case.store)
    case = Case.objects.get(id=run.object_id)
    case.team = bench.case.team
    case.save()
    other = Bench(bench.cast, case, bench.now)
    return Bender(other, run, "admin" if number % 3 else "zhao")


def many(bench: Bench) -> Bender:
    """Twelve cases, eight of them bent in several ways, one of these taken back."""
    first = a_bender(bench, LINE)
    for number in range(11):
        bender = walked(bench, number)
        bender.bench.now = bench.now + timedelta(minutes=10 * number)
        if number < 7:
            bend = bender.skips("a")
            if number == 0:
                at = bender.bench.now
                undo_bend(case_id=bender.bench.case.id, bend_id=bend.id, viewer=bender.viewer, at=at)
        elif number < 9:
            bender.bench.finishes(bender.task("a"))
            bender.goes_back("b", "a")
            bender.adds("a")
    return first


def recounted() -> dict[tuple[str, str], tuple[int, int]]:
    """From the event log alone: by element and kind how often, in how many runs."""
    undone = {event.attributes["bend"] for event in Event.objects.filter(type="flows.BendTakenBack")}
    counts: Counter[tuple[str, str]] = Counter()
    runs: defaultdict[tuple[str, str], set[Any]] = defaultdict(set)
    for event in Event.objects.all():
        if "bend" in event.attributes and event.attributes["bend"] not in undone:
            key = (event.element, event.attributes["kind"])
            counts[key] += 1
            runs[key].add(event.primary_id)
    return {key: (count, len(runs[key])) for key, count in counts.items()}


def test_the_figures_equal_a_recount_from_the_event_log(bench: Bench, sign_in: SignIn) -> None:
    first = many(bench)
    page = sign_in("admin").get(reverse("bends"))
    rows = {(row.element, row.kind): row for row, _kind, _reasons in page.context["rows"]}
    assert {key: (row.count, row.runs) for key, row in rows.items()} == recounted()
    assert page.context["runs"] == Run.objects.count() == 12
    skipped = rows["a", "skip"]
    assert (skipped.runs, skipped.share, skipped.is_hint) == (6, 0.5, True)
    assert skipped.median == timedelta(minutes=median(-240 + 10 * number for number in range(1, 7)))
    assert dict(skipped.roles) == {"administrator": 4, "team_lead": 2}
    assert skipped.reasons == (("customer_wish", 6),)
    assert not rows["a", "repeat"].is_hint  # a sixth of the runs, but only two
    assert bends_on(first.run.version_id) == {"a": (10, True)}


def test_a_figure_leads_to_its_cases_and_no_others(bench: Bench, sign_in: SignIn) -> None:
    first = many(bench)
    address = reverse("bends_behind", args=[first.run.version_id])
    page = sign_in("admin").get(address, {"element": "a", "kind": "skip"})
    assert len(page.context["rows"]) == 6
    assert {row.number for row in page.context["rows"]} <= set(Case.objects.values_list("number", flat=True))
    assert sign_in("admin").get(address, {"element": "a", "kind": "fly"}).status_code == 404
    assert sign_in("admin").get(address, {"element": "a", "kind": "skip", "cursor": "x~y"}).status_code == 400
    assert sign_in("wang").get(address, {"element": "a", "kind": "skip"}).status_code == 403


def test_the_drawing_carries_how_often_a_step_is_bent(bench: Bench, sign_in: SignIn) -> None:
    first = many(bench)
    page = sign_in("admin").get(reverse("flow_version", args=[first.run.version_id]))
    assert page.context["figures"]["a"]["bent"] == 10
    assert page.context["figures"]["a"]["hint"]


def test_pages_cost_at_most_twelve_statements(
    bench: Bench, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    first, admin = many(bench), sign_in("admin")
    admin.get(reverse("bends"))
    for address in (
        reverse("bends"),
        reverse("bends_behind", args=[first.run.version_id]) + "?element=a&kind=skip",
        reverse("bend_limits"),
    ):
        with django_assert_max_num_queries(12):
            assert admin.get(address).status_code == 200


def test_without_bends_the_page_says_what_it_is_for(bench: Bench, sign_in: SignIn) -> None:
    assert sign_in("admin").get(reverse("bends")).context["chosen"] is None


def test_limits_are_edited_as_a_table(bench: Bench, sign_in: SignIn) -> None:
    a_bender(bench, LINE)
    given = {"role": "team_lead", "skip": "0", "add": "1", "repeat": "2", "reassign": "3", "move": "4", "days": "9"}
    address = reverse("bend_limits")
    assert sign_in("admin").post(address, given).status_code == 302
    rows = BendLimit.objects.filter(role="team_lead").values_list("kind", "per_case", "most_days")
    assert set(rows) == {("skip", 0, 0), ("add", 1, 0), ("repeat", 2, 0), ("reassign", 3, 0), ("move", 4, 9)}
    assert sign_in("zhao").post(address, given).status_code == 403
    for wrong in ({"skip": "-1"}, {"days": "999"}, {"move": "many"}, {"role": "king"}):
        refused = sign_in("admin").post(address, given | wrong)
        assert refused.status_code == 422
        page = refused.content.decode()
        assert wrong.get("role") or all(
            f'name="{name}" inputmode="numeric" required value="{value}"' in page
            for name, value in (given | wrong).items()
            if name != "role"
        )
    assert BendLimit.objects.get(role="team_lead", kind="skip").per_case == 0
