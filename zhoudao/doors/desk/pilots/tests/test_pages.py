"""Pilots on the desk: planned, prepared, started, compared, decided; each number opens its cases."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.conduct.flows.versions import live_version
from zhoudao.conduct.pilots.finding import ask_finding
from zhoudao.conduct.pilots.models import Finding, Pilot
from zhoudao.conduct.pilots.tests.street import CODES, Street, eight_weeks
from zhoudao.conduct.pilots.watching import watch_pilots
from zhoudao.doors.desk.pilots import tasks

SignIn = Callable[..., Client]


def written(street: Street, **more: Any) -> dict[str, Any]:
    given = {
        "name": "门店自己决定", "question": "投诉是否更快解决？", "change": "门店可直接退换", "kind": "complaint",
        "primary": "resolution", "also": ["satisfaction", "resolution"], "least": "9", "start": "2026-03-10",
        "weeks": "6", "before_weeks": "8", "owner": str(street.viewer.user_id),
    }  # fmt: skip
    return given | more


def counted(pilot: Pilot) -> None:
    """As the analyst does it."""
    for of in pilot.findings.values_list("of", flat=True):
        tasks.find(str(pilot.id), of)


def later(street: Street, **hours: float) -> None:
    street.now += timedelta(days=42)
    for code in CODES:
        street.lives(code, 42, hours=hours.get(code, 30.0))


def test_from_the_plan_to_the_decision(street: Street, sign_in: SignIn) -> None:
    eight_weeks(street)
    version = street.flow()
    manager = sign_in()
    answer = manager.post(reverse("pilot_new"), written(street, version=str(version.id)))
    pilot = Pilot.objects.get()
    assert answer["Location"] == reverse("pilot", args=[pilot.id])
    assert pilot.outcomes == ["resolution", "satisfaction"]
    assert "load delay:2s" in manager.get(answer["Location"]).content.decode()
    counted(pilot)
    page = manager.get(answer["Location"]).content.decode()
    assert "load delay:2s" not in page
    proposed = manager.get(answer["Location"], {"take": "proposal"}).content.decode()
    assert [len(re.findall(f'value="{side}" [^>]* checked', proposed)) for side in ("pilot", "control")] == [2, 4]
    assert not re.findall('value="pilot" [^>]* checked', page)
    sides = {
        f"side-{one.id}": "pilot" if code in ("bund", "garden") else "control" for code, one in street.stores.items()
    }
    manager.post(reverse("pilot_stores", args=[pilot.id]), sides)
    counted(pilot)
    assert "外滩店, 豫园店" in manager.get(answer["Location"]).content.decode()
    refused = manager.post(reverse("pilot_start", args=[pilot.id]), follow=True).content.decode()
    assert "还有未勾选的事项" in refused
    item = pilot.items.filter(stage="prepare").first()
    assert item is not None
    manager.post(reverse("pilot_item", args=[pilot.id, item.id]), {"done": "1"})
    manager.post(reverse("pilot_items", args=[pilot.id]), {"stage": "prepare", "words": "海报"})
    page = manager.get(answer["Location"]).content.decode()
    assert "顾敏" in page
    assert "海报" in page
    manager.post(reverse("pilot_start", args=[pilot.id]), {"reason": "赶时间"})
    found = live_version("complaint", street.stores["bund"].id)
    assert found is not None
    assert found.number == version.version
    later(street, bund=12.0, garden=12.0)
    ask_finding(pilot, Finding.Of.COMPARISON, at=street.now)
    counted(pilot)
    page = manager.get(reverse("pilot_comparison", args=[pilot.id])).content.decode()
    assert "<svg" in page
    assert "chip-good" in page
    behind = {"of": "resolution", "side": "pilot", "when": "after", "phase": "1"}
    listed = manager.get(reverse("pilot_behind", args=[pilot.id]), behind).content.decode()
    assert listed.count("C2026-7") >= 100
    manager.post(reverse("pilot_optimise", args=[pilot.id]), {"reason": "够了"})
    decided = {"decision": "roll_out", "why": "better", "words": "快了一半"}
    page = manager.post(reverse("pilot_decide", args=[pilot.id]), decided, follow=True).content.decode()
    assert "快了一半" in page
    assert live_version("complaint", street.stores["market"].id) == found


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"least": "much"}, "请用数字填写数值"),
        ({"start": "2026-01-01"}, "试点从今天"),
        ({"primary": "recommend"}, "请选择用来判断的指标"),
        ({"owner": ""}, "请选择可以负责试点的人"),
        ({"change": ""}, "请写明名称"),
    ],
)
def test_an_unsound_plan_is_refused_in_words_and_what_was_written_stays(
    street: Street, sign_in: SignIn, wrong: dict[str, str], words: str
) -> None:
    answer = sign_in().post(reverse("pilot_new"), written(street, **wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "门店自己决定" in page
    assert not Pilot.objects.exists()


@pytest.mark.parametrize(
    ("pilots", "controls", "words"),
    [("bund", "garden market", "只有一家试点门店"), ("bund garden", "market", "没有照旧进行的门店")],
)
def test_one_store_or_no_controls_is_refused_in_words(
    street: Street, sign_in: SignIn, pilots: str, controls: str, words: str
) -> None:
    pilot = street.planned()
    sides = {f"side-{street.stores[code].id}": "pilot" for code in pilots.split()}
    sides |= {f"side-{street.stores[code].id}": "control" for code in controls.split()}
    answer = sign_in().post(reverse("pilot_stores", args=[pilot.id]), sides, follow=True)
    assert words in answer.content.decode()
    assert not pilot.places.exists()


def test_what_was_changed_everywhere_is_shown_with_its_warning(street: Street, sign_in: SignIn) -> None:
    eight_weeks(street)
    manager = sign_in()
    assert "没有可比的对象" in manager.get(reverse("pilot_new"), {"everywhere": "1"}).content.decode()
    manager.post(reverse("pilot_new"), written(street, everywhere="on", start="2026-02-17"))
    pilot = Pilot.objects.get()
    counted(pilot)
    page = manager.get(reverse("pilot_comparison", args=[pilot.id])).content.decode()
    assert "仅前后对比" in page
    assert 'class="number"><a' in page
    assert "chip-good" not in page


def test_a_stop_rule_stands_red_on_the_page(street: Street, sign_in: SignIn) -> None:
    eight_weeks(street)
    pilot = street.running()
    later(street, bund=90.0, garden=90.0)
    watch_pilots(at=street.now)
    page = sign_in().get(reverse("pilot", args=[pilot.id])).content.decode()
    assert 'class="refused" role="alert"' in page
    assert "chip-bad" in page
    assert "有损害" in sign_in().get(reverse("pilots")).content.decode()


def test_a_reader_sees_and_changes_nothing_and_others_see_nothing(street: Street, sign_in: SignIn) -> None:
    pilot = street.running()
    for role, status in (("administrator", 200), ("team_lead", 403), ("agent", 403)):
        assert sign_in(role).get(reverse("pilots")).status_code == status
        assert sign_in(role).get(reverse("pilot", args=[pilot.id])).status_code == status
    for code in ("bund", "elsewhere"):
        asked = {"of": code, "side": "pilot", "when": "after"}
        assert sign_in().get(reverse("pilot_behind", args=[pilot.id]), asked).status_code == 404


def test_an_empty_list_says_what_to_do(street: Street, sign_in: SignIn) -> None:
    assert "先提出一个问题" in sign_in().get(reverse("pilots")).content.decode()


def test_pages_cost_as_many_statements_however_many_pilots_there_are(street: Street, sign_in: SignIn) -> None:
    manager, counts = sign_in(), []
    for _ in range(2):
        for _ in range(3):
            pilot = street.chosen(street.planned())
        shown = []
        for address in (reverse("pilots"), reverse("pilot", args=[pilot.id])):
            manager.get(address)
            with CaptureQueriesContext(connection) as asked:
                manager.get(address)
            shown.append(len(asked))
        counts.append(shown)
    assert counts[0] == counts[1]
    assert counts[0][0] <= 12
    assert counts[0][1] <= 20
