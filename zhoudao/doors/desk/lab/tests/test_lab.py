"""The lab on the desk: a flow begun, varied in a form, simulated, and read side by side."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.conduct import flows, insight
from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.insight.experimenting import ask_experiment, outcome_of
from zhoudao.conduct.insight.models import Experiment, Report, Variant
from zhoudao.doors.desk.insight.tasks import make_report
from zhoudao.doors.desk.insight.tests.test_reports import LOG
from zhoudao.doors.desk.lab import tasks
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.files.models import StoredFile
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.cases.tests.shop import Shop

SignIn = Callable[[str], Client]
COMPLAINT = (Path(flows.__file__).parent / "shipped" / "complaint.bpmn").read_bytes()
EXAMPLE = (Path(insight.__file__).parent / "examples" / "complaint.json").read_bytes()


def begun(client: Client, example: bytes = EXAMPLE) -> Experiment:
    """An experiment with the complaint flow and the example beside it, shortened to four weeks."""
    scenario = json.loads(example)
    scenario |= {"replications": 5, "warm_up": "P3D", "arrivals": scenario["arrivals"] | {"for": "P28D"}}
    files = {
        "file": SimpleUploadedFile("complaint.bpmn", COMPLAINT),
        "scenario": SimpleUploadedFile("today.json", json.dumps(scenario).encode()),
    }
    answer = client.post(reverse("lab_begin"), files)
    one = Experiment.objects.order_by("-id")[0]
    assert answer["Location"] == reverse("experiment", args=[one.id])
    return one


def varied(client: Client, one: Experiment, **written: str) -> Variant:
    """A variant with this written into its form beside what stands there."""
    client.post(reverse("experiment_add", args=[one.id]))
    variant = one.variants.order_by("-place")[0]
    assert client.post(reverse("variant", args=[variant.id]), form_of(client, variant) | written).status_code == 302
    variant.refresh_from_db()
    return variant


def form_of(client: Client, variant: Variant) -> dict[str, Any]:
    """What the form sends when nothing is touched."""
    form = client.get(reverse("variant", args=[variant.id])).context["form"]
    rows = [*form.crews(), *form.steps(), *form.happenings(), ("", form.new_pool()), ("", form.new_promise())]
    entries = [entry for _row, fields in rows for entry in fields.values()]
    entries += [entry for _choice, ways, _error in form.choices() for _name, entry in ways]
    entries += [form.cases(), *(entry for _name, entry in form.promises()), *form.length().values()]
    return {"name": variant.name, "once_cost": variant.once_cost} | {entry.name: entry.value for entry in entries}


def simulated(client: Client, one: Experiment) -> str:
    """The page after all of it was simulated."""
    page = reverse("experiment", args=[one.id])
    assert client.post(reverse("experiment_run", args=[one.id]))["Location"] == page
    assert "hx-trigger" in client.get(page).content.decode()
    tasks.run_experiment(str(one.id))
    one.refresh_from_db()
    return client.get(page).content.decode()


def test_a_flow_is_begun_varied_in_a_form_simulated_and_read_side_by_side(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    one = begun(zhou)
    more = varied(zhou, one, **{"name": "两人更多", "people-0": "10", "faster-0": "", "once_cost": "5000"})
    assert more.changes == [{"do": "people", "pool": "departments", "to": 10, "was": 8}]
    faster = varied(zhou, one, **{"name": "调查更快", "faster-1": "40"})
    assert [change["do"] for change in faster.changes] == ["faster"]
    page = simulated(zhou, one)
    assert one.state == "done"
    assert "departments 多 2 人（8 → 10）" in page
    assert "明显更快" in page
    assert "明显更贵" in page, "two more people cost more"
    assert page.count('class="flow-picture"') == 3
    rows = (outcome_of(one) or {})["variants"]
    assert [row["fault"] for row in rows] == ["", "", ""]
    assert rows[1]["than"]["payroll|"][0] > 0
    assert rows[2]["than"]["service|investigate"][2] < 0
    assert rows[0]["than"] == {}


def test_nothing_written_is_nothing_changed(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    variant = varied(zhou, begun(zhou))
    assert variant.changes == []


def test_every_kind_of_change_is_kept_said_and_shown_again(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    one = begun(zhou)
    written = {
        "people-0": "9", "hours-0": "mon-sat 08:00-18:00", "wage-0": "95", "at_once-1": "2", "new-pool": "夜班",
        "new-people": "2", "new-hours": "mon-sun 18:00-24:00", "new-wage": "80", "mean-1": "60", "spread-1": "30",
        "faster-1": "20", "who-4": "machine", "batch-3": "3", "longest-3": "4", "cost-1": "30", "chance-1": "50",
        "after-0": "5", "cases": "120", "promise-0": "6", "new-promise": "三天", "new-within": "72",
    }  # fmt: skip
    variant = varied(zhou, one, **written)
    kinds = [change["do"] for change in variant.changes]
    assert set(kinds) == {
        "people", "hours", "wage", "at_once", "pool", "time", "faster", "machine", "batch", "cost", "event",
        "arrivals", "promise",
    }  # fmt: skip
    shown = form_of(zhou, variant)
    assert {name: shown[name] for name in written} == written
    page = zhou.get(reverse("experiment", args=[one.id])).content.decode()
    assert "夜班" in page
    assert "%(" not in page
    assert "{" not in page.partition('class="lab-variants"')[2].partition("</section>")[0]
    again = zhou.post(reverse("variant", args=[variant.id]), shown)
    assert again.status_code == 302
    before = variant.changes
    variant.refresh_from_db()
    assert variant.changes == before, "what is shown and kept again is the same"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("people-0", "viele", "写一个"),
        ("people-0", "0", "Nobody can ever do it"),
        ("hours-0", "every day", "mon-fri 09:00-12:00"),
        ("mean-1", "-1", "写一个"),
        ("faster-1", "100", "写一个"),
        ("cases", "0", "写一个"),
        ("once_cost", "x", "写一个"),
        ("new-pool", "departments", "已有"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(
    shop: Shop, sign_in: SignIn, field: str, value: str, words: str
) -> None:
    zhou = sign_in("zhou")
    one = begun(zhou)
    zhou.post(reverse("experiment_add", args=[one.id]))
    variant = one.variants.get(place=1)
    given = form_of(zhou, variant) | {"new-people": "1", "new-hours": "mon 08:00-09:00", "new-wage": "1", field: value}
    answer = zhou.post(reverse("variant", args=[variant.id]), given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'class="lab-error' in page or 'class="refused"' in page
    assert f'value="{value}"' in page, "what was written stands there still"
    variant.refresh_from_db()
    assert variant.changes == []


def test_shares_that_are_not_a_whole_are_refused_beside_the_choice(shop: Shop, sign_in: SignIn) -> None:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    zhou = sign_in("zhou")
    version = FlowVersion.objects.get(key="return", is_live=True)
    zhou.post(reverse("lab_begin"), {"flow": f"v:{version.id}"})
    one = Experiment.objects.get()
    variant = one.variants.get(place=0)
    given = form_of(zhou, variant)
    answer = zhou.post(reverse("variant", args=[variant.id]), given | {"share-2-0": "70"})
    assert "加起来是 120 %" in answer.content.decode()
    answer = zhou.post(reverse("variant", args=[variant.id]), given | {"share-2-0": "70", "share-2-1": "30"})
    assert answer.status_code == 302
    variant.refresh_from_db()
    assert list(variant.changes[0]["ways"].values()) == [0.7, 0.3]


def test_our_own_flow_begins_with_what_we_know_of_it_and_says_what_is_assumed(shop: Shop, sign_in: SignIn) -> None:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    zhou = sign_in("zhou")
    version = FlowVersion.objects.get(key="return", is_live=True)
    zhou.post(reverse("lab_begin"), {"flow": f"v:{version.id}"})
    one = Experiment.objects.get()
    assert one.origin == "plain"
    assert form_of(zhou, one.variants.get(place=0))["people-0"] == "1", "Sun alone is in the team"
    page = zhou.get(reverse("experiment", args=[one.id])).content.decode()
    assert "是假定的" in page
    assert "个团队与这里的人数相同" in page
    assert simulated(zhou, one)
    assert one.state == "done"


def test_what_never_ends_is_refused_with_its_place_and_the_rest_is_shown(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    one = begun(zhou)
    variant = varied(zhou, one, **{"cases": "3000", "name": "太多"})
    Variant.objects.filter(id=variant.id).update(changes=[{"do": "people", "pool": "departments", "to": 0}])
    page = simulated(zhou, one)
    assert "“太多” 无法仿真" in page
    assert "departments has no people" in page
    assert "并排比较" in page


def test_what_was_changed_since_is_said_and_only_that_is_simulated_again(
    shop: Shop, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhoudao.conduct.insight import outcomes

    zhou = sign_in("zhou")
    one = begun(zhou)
    varied(zhou, one, **{"faster-1": "40"})
    simulated(zhou, one)
    counted: list[int] = []
    plainly = outcomes._simulated

    def counting(*given: Any, **more: Any) -> Any:
        counted.append(1)
        return plainly(*given, **more)

    monkeypatch.setattr(outcomes, "_simulated", counting)
    variant = one.variants.get(place=1)
    zhou.post(reverse("variant", args=[variant.id]), form_of(zhou, variant) | {"faster-1": "50"})
    assert "之后有改动" in zhou.get(reverse("experiment", args=[one.id])).content.decode()
    assert "之后有改动" not in simulated(zhou, one)
    assert len(counted) == 4, "this variant, more cases, and one ill in each of two pools; today stays"


def test_a_scenario_goes_out_and_comes_in_again(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    variant = varied(zhou, begun(zhou), **{"people-0": "9"})
    file = zhou.get(reverse("variant_scenario", args=[variant.id]))
    assert json.loads(file.content)["pools"]["departments"]["people"] == 9
    again = begun(zhou, file.content)
    assert form_of(zhou, again.variants.get(place=0))["people-0"] == "9"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "先选一个流程或文件"),
        ({"file": b"<x/>"}, "无法读取"),
        ({"file": COMPLAINT, "scenario": b"{"}, "JSON"),
        ({"file": COMPLAINT, "scenario": b"{}"}, "场景与流程不符"),
    ],
)
def test_an_unsound_beginning_is_refused_in_words(
    shop: Shop, sign_in: SignIn, files: dict[str, bytes], words: str
) -> None:
    given = {name: SimpleUploadedFile(f"x.{name}", content) for name, content in files.items()}
    answer = sign_in("zhou").post(reverse("lab_begin"), given, follow=True)
    assert words in answer.content.decode()
    assert not Experiment.objects.exists()


def test_there_are_six_variants_at_most_and_what_is_simulated_waits(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    one = begun(zhou)
    for _number in range(7):
        zhou.post(reverse("experiment_add", args=[one.id]))
    assert one.variants.count() == 7
    ask_experiment(experiment_id=one.id, job="run", at=shop.now)
    variant = one.variants.get(place=1)
    zhou.post(reverse("variant_delete", args=[variant.id]))
    answer = zhou.post(reverse("variant", args=[variant.id]), form_of(zhou, variant))
    assert "正在仿真" in answer.content.decode()
    assert one.variants.count() == 7


def test_a_risk_is_said_with_what_would_help_and_one_click_makes_it_a_variant(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    one = begun(zhou)
    variant = varied(zhou, one, **{"people-0": "5", "name": "更少"})
    page = simulated(zhou, one)
    assert "departments 的工作量超过他们能做的" in page
    of = f"risk:{variant.id}:busy|departments"
    assert f'value="{of}"' in page
    answer = zhou.post(reverse("experiment_try", args=[one.id]), {"of": of})
    assert answer["Location"] == reverse("experiment", args=[one.id])
    tried = one.variants.get(place=2)
    assert [change["do"] for change in tried.changes] == ["people"], "in place of the change it corrects"
    assert tried.changes[0]["to"] > 5
    tasks.run_experiment(str(one.id))
    one.refresh_from_db()
    rows = (outcome_of(one) or {})["variants"]
    assert rows[2]["rows"]["utilisation|departments"][0] < 0.9 < rows[1]["rows"]["utilisation|departments"][0]
    for other in ("risk:x:y", f"risk:{variant.id}:no|such", "staffing:99", ""):
        assert zhou.post(reverse("experiment_try", args=[one.id]), {"of": other}).status_code == 404


def test_staffings_are_searched_drawn_advised_and_one_is_made_a_variant(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    one = begun(zhou)
    simulated(zhou, one)
    today = one.variants.get(place=0)
    given = {"variant": str(today.id), "aim": "kept|done in ten days", "target": "70", "week_cost": "", "most": "2"}
    for wrong in ({"aim": "x"}, {"target": "viel"}, {"most": "99"}):
        answer = zhou.post(reverse("experiment_staffing", args=[one.id]), given | wrong, follow=True)
        assert "请写数字" in answer.content.decode()
    zhou.post(reverse("experiment_staffing", args=[one.id]), given)
    tasks.run_experiment(str(one.id))
    one.refresh_from_db()
    assert (one.state, one.fault) == ("done", "")
    body = outcome_of(one) or {}
    plans = body["staffing"]["plans"]
    assert body["staffing"]["is_all"]
    assert body["staffing"]["now"] == [8, 2, 4]
    page = zhou.get(reverse("experiment", args=[one.id])).content.decode()
    advised = next(at for at, plan in enumerate(plans) if plan["is_front"] and plan["value"][0] >= 0.7)
    assert page.count(">推荐<") == 1
    assert f'value="staffing:{advised}"' in page
    assert page.count("<circle") >= sum(plan["value"][0] is not None for plan in plans)
    zhou.post(reverse("experiment_try", args=[one.id]), {"of": f"staffing:{advised}"})
    made = one.variants.get(place=1)
    assert {change["do"] for change in made.changes} == {"people"}
    tasks.run_experiment(str(one.id))
    one.refresh_from_db()
    rows = (outcome_of(one) or {})["variants"]
    assert rows[1]["rows"]["kept|done in ten days"][0] == pytest.approx(plans[advised]["value"][0], abs=0.1)
    assert (outcome_of(one) or {})["staffing"]["plans"] == plans, "the search stays beside new results"


def test_today_is_found_in_the_log_of_a_diagnosis_and_says_where_from(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    zhou.post(reverse("insight_upload"), {"file": SimpleUploadedFile("tickets.csv", LOG.encode())})
    report = Report.objects.get()
    make_report(str(report.id))
    page = zhou.get(reverse("report", args=[report.id])).content.decode()
    assert f"?flow=r:{report.id}" in page
    assert f'value="r:{report.id}" selected' in zhou.get(reverse("lab"), {"flow": f"r:{report.id}"}).content.decode()
    zhou.post(reverse("lab_begin"), {"flow": f"r:{report.id}"})
    one = Experiment.objects.get()
    assert (one.origin, one.state) == ("report", "asked")
    waiting = zhou.get(reverse("experiment", args=[one.id])).content.decode()
    assert "正在从日志里读出" in waiting
    assert reverse("experiment_add", args=[one.id]) not in waiting
    tasks.run_experiment(str(one.id))
    page = zhou.get(reverse("experiment", args=[one.id])).content.decode()
    assert "从哪里来" in page
    form = form_of(zhou, one.variants.get(place=0))
    assert float(form["mean-0"]) >= 0
    assert "并排比较" in simulated(zhou, one)


def test_a_simulation_is_deleted_whole(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    one = begun(zhou)
    simulated(zhou, one)
    assert StoredFile.objects.filter(subject_id=one.id).count() == 3
    zhou.post(reverse("experiment_delete", args=[one.id]))
    assert not Experiment.objects.exists()
    assert not StoredFile.objects.filter(subject_id=one.id).exists()
    assert zhou.get(reverse("experiment", args=[one.id])).status_code == 404


def test_who_only_reads_looks_and_changes_nothing(shop: Shop, sign_in: SignIn) -> None:
    one = begun(sign_in("zhou"))
    Grant.objects.filter(user=shop.cast.people["zhou"]).update(store=shop.cast.stores["nanjing"])
    assert sign_in("zhou").get(reverse("lab")).status_code == 403
    assert sign_in("wang").get(reverse("experiment", args=[one.id])).status_code == 403


def test_lists_and_pages_cost_as_many_statements_however_much_there_is(shop: Shop, sign_in: SignIn) -> None:
    zhou = sign_in("zhou")
    one = begun(zhou)
    zhou.get(reverse("lab"))
    counts = []
    for _turn in range(2):
        begun(zhou)
        varied(zhou, one)
        pages = []
        for page in (reverse("lab"), reverse("experiment", args=[one.id])):
            with CaptureQueriesContext(connection) as asked:
                zhou.get(page)
            pages.append(len(asked))
        counts.append(pages)
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 12
