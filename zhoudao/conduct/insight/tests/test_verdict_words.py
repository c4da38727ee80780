"""A comparison in words and pictures: what a manager reads, in three languages, with nothing left unsaid."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from zhoudao.conduct.insight.verdict_words import (
    amount,
    forest_picture,
    headline,
    said,
    survival_picture,
    weekly_picture,
)
from zhoudao.engines.trials.comparison import (
    Caution,
    Comparison,
    Curve,
    Estimate,
    Level,
    Reason,
    Verdict,
    Weekly,
)

CLEAR = Comparison(
    name="resolution", kind="time", lower_is_better=True, verdict=Verdict.BETTER, pilot_stores=4, control_stores=8,
    pilot_before=Level(200, 0, 30.0, 28.0, 60.0), pilot_after=Level(210, 3, 25.0, 22.0, 50.0),
    control_before=Level(400, 0, 31.0, 29.0, 61.0), control_after=Level(410, 5, 31.2, 29.0, 62.0),
    weekly=Weekly((-2, -1, 0, 1), (30.0, 31.0, 25.0, None), (31.0, 30.0, 31.0, 30.5)),
    effect=Estimate(-5.2, -8.3, -2.1, 0.01, "wild"), of_before=-0.17, detectable=4.0,
    curves=(Curve((1.0, 2.0), (0.5, 0.0), (0.4, 0.0), (0.6, 0.0)), Curve((2.0,), (0.4,), (0.3,), (0.5,))),
)  # fmt: skip


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What is asserted here is English, unless a test says otherwise."""
    with translation.override("en"):
        yield


def told(language: str = "en", measure: str = "time to resolution", **changed: Any) -> list[str]:
    with translation.override(language):
        return said(replace(CLEAR, **changed), measure=measure, unit="h")


def test_a_clear_effect_is_told_with_its_range_and_what_comes_next() -> None:
    assert told() == [
        "In the 4 pilot stores time to resolution was 5 h 12 min shorter than it would have been "
        "(between 2 h 6 min and 8 h 18 min). That is 17 % less.",
        "On average time to resolution went from 1 d 6 h to 1 d 1 h in pilot stores and from 1 d 7 h to 1 d 7 h in the "
        "others (210 and 410 cases since the start).",
        "Next: roll it out step by step, and go on watching.",
    ]


def test_what_is_worse_says_stop() -> None:
    lines = told(verdict=Verdict.WORSE, effect=Estimate(5.2, 2.1, 8.3, 0.01, "wild"), of_before=0.17)
    assert lines[0].endswith("longer than it would have been (between 2 h 6 min and 8 h 18 min). That is 17 % more.")
    assert lines[-1] == "Next: stop the pilot, look at its cases, and change the plan."


def test_what_is_not_clear_says_between_what_it_may_lie_and_how_long_to_wait() -> None:
    unclear: dict[str, Any] = {"verdict": Verdict.NO_CLEAR_DIFFERENCE, "effect": Estimate(-1.0, -4.0, 2.0, 0.4, "wild")}
    lines = told(**unclear, more_periods=6, cautions=(Caution.FEW_CLUSTERS,))
    assert "moved by −1 h beyond the other stores" in lines[0]
    assert "no clear difference: the true effect may lie anywhere between −4 h and 2 h." in lines[0]
    assert lines[2] == "12 stores are few, so the range is wide; it allows for that."
    assert lines[3].startswith("Next: go on for 6 more weeks;")
    assert "this pilot would have shown 4 h or more" in told(**unclear)[-1]
    assert told(**unclear, detectable=None)[-1] == "Next: take more stores, or a longer time before the start."
    assert "control stores that moved side by side" in told(**unclear, cautions=(Caution.PRE_TREND,))[-1]
    one_sided = told(**(unclear | {"effect": Estimate(-1.0, None, 2.0, 0.4, "wild")}))
    assert "may lie anywhere below 2 h." in one_sided[0]
    days = said(replace(CLEAR, **unclear, more_periods=6), measure="x", unit="h", period="day")
    assert "6 more days" in days[-1]


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_of_not_enough_is_told_with_what_to_do(reason: Reason) -> None:
    for language in ("en", "zh-hans", "zh-hant"):
        lines = told(language, effect=None, verdict=Verdict.NOT_ENOUGH, reasons=(reason,))
        assert len(lines) == 2  # why, and what happened in the four groups
        assert "{" not in lines[0]
    assert told(effect=None, verdict=Verdict.NOT_ENOUGH, reasons=(reason,))[0].startswith("Not enough: ")


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
@pytest.mark.parametrize("caution", list(Caution))
def test_every_caution_is_told_in_chinese(language: str, caution: Caution) -> None:
    line = told(language, "解决用时", cautions=(caution,), left_out=3)[2]
    assert "{" not in line
    assert not any("a" <= letter <= "z" for letter in line.replace("Benjamini", ""))


def test_chinese_reads_as_chinese() -> None:
    assert told("zh-hans", "解决用时")[0].startswith("4 家试点门店的解决用时")
    assert told("zh-hant", "解決用時")[0].startswith("4 家試點門店的解決用時")


def test_shares_are_said_in_points_money_and_scores_with_their_unit() -> None:
    share = replace(CLEAR, kind="share")
    assert amount(0.034, share) == "3.4 points"
    assert amount(-1234.5, replace(CLEAR, kind="money"), "CNY") == "−1,234 CNY"
    assert amount(0.251, replace(CLEAR, kind="score")) == "0.25"
    lines = told(
        kind="share", lower_is_better=False, effect=Estimate(0.05, 0.01, 0.09, 0.02, "cr2"), of_before=0.1,
        pilot_before=Level(9, 0, 0.5, None, None), pilot_after=Level(9, 0, 0.55, None, None),
        control_before=Level(9, 0, 0.5, None, None), control_after=Level(9, 0, 0.5, None, None),
    )  # fmt: skip
    assert "was 5.0 points higher than it would have been (between 1.00 points and 9.0 points)" in lines[0]
    assert "from 50.0 % to 55.0 %" in lines[1]


def test_the_headline_is_the_verdict() -> None:
    words = [headline(replace(CLEAR, verdict=each)) for each in Verdict]
    assert words == ["Better", "Worse", "No clear difference", "Not enough to tell"]


def test_pictures_are_drawn_whole_also_where_weeks_are_missing() -> None:
    weekly = ET.fromstring(weekly_picture(CLEAR, measure="<time>", unit="h"))
    lines = [each for each in weekly.iter() if each.tag == "polyline"]
    assert len(lines) == 2
    assert len((lines[0].get("points") or "").split()) == 3  # no line to a week without cases
    assert [each.text for each in weekly.iter("text") if each.text == "start"]
    nothing = replace(CLEAR, weekly=Weekly((), (), ()), curves=None)
    assert ET.fromstring(weekly_picture(nothing, measure="x")).tag == "svg"
    assert survival_picture(nothing, measure="x") is None
    curves = survival_picture(CLEAR, measure="x", unit="h")
    assert curves is not None
    stepped = next(each for each in ET.fromstring(curves).iter() if each.tag == "polyline")
    assert len((stepped.get("points") or "").split()) == 5  # down twice, level between


def test_better_is_on_the_right_whatever_is_better() -> None:
    worse = replace(CLEAR, verdict=Verdict.WORSE, effect=Estimate(5.0, 2.0, None, 0.01, "wild"), of_before=0.16)
    more = replace(worse, verdict=Verdict.BETTER, lower_is_better=False)
    unknown = replace(CLEAR, effect=None, verdict=Verdict.NOT_ENOUGH)
    drawn = ET.fromstring(forest_picture([("a", CLEAR), ("b", worse), ("c", more), ("d", unknown)]))
    middle = float(next(each for each in drawn.iter("line")).get("x1") or 0)
    dots = [each for each in drawn.iter("rect") if each.get("height") == "8.0"]
    assert [float(each.get("x") or 0) + 4 > middle for each in dots] == [True, False, True]
    assert [each.text for each in drawn.iter("text")][-1] == "Not enough to tell"


def test_words_need_no_numpy() -> None:
    """The web process loads them."""
    code = (
        "import sys, django; django.setup(); import zhoudao.conduct.insight.verdict_words;"
        "print([name for name in ('numpy', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
