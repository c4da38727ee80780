"""A report: every kind of finding has its words, in three languages, and a file needs nothing but itself."""

import json
import re

import numpy as np
import pytest
from django.utils import translation

from zhoudao.conduct.insight.figures import figures
from zhoudao.conduct.insight.pages import pages
from zhoudao.conduct.insight.remarks import said
from zhoudao.conduct.insight.spans import percent, span
from zhoudao.conduct.insight.standing import standing
from zhoudao.conduct.insight.words import told
from zhoudao.engines.mining.diagnosis import NothingToDiagnose, diagnose
from zhoudao.engines.mining.findings import Kind
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.reading import SENTENCES, Remark

HOUR = 3_600_000_000
STORY = (
    ("ask", "ann"), ("check", "bea"), ("sort", "bea"), ("sort", "bea"), ("等待客户", "ann"),
    ("ask", "bea"), ("answer", "ann"), ("close <b>", "cid"),
)  # fmt: skip


def shop_log(cases: int = 60) -> Log:
    """Cases that show every kind of finding: gathered checks, ping-pong, a wait for the customer, a reopening."""
    rows = []
    for case in range(cases):
        at = case * 7
        for place, (step, who) in enumerate(STORY if case % 3 else (*STORY, ("ask", "ann"), ("close <b>", "cid"))):
            at += 5 + place + case % 4
            rows.append((f"C{case}", step, at * HOUR, (at - 1 - case % 2) * HOUR, who, f"team {who[0]}"))
    return interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows],
        end=np.array([row[2] for row in rows], np.int64),
        begun=np.array([row[3] for row in rows], np.int64), resource=[row[4] for row in rows],
        columns={"team": [row[5] for row in rows]},
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_kind_of_finding_is_told_in_words(language: str) -> None:
    findings = diagnose(shop_log(), least=0).findings
    assert {each.kind for each in findings} >= {
        Kind.SLOW, Kind.OUTSIDE, Kind.CAUSE, Kind.AT_ONCE, Kind.AGAIN, Kind.TO_AND_FRO, Kind.REOPENED, Kind.CHECK
    }  # fmt: skip
    with translation.override(language):
        for finding in findings:
            words = told(finding)
            assert all((words.title, words.proof, words.advice, words.pattern))
            assert not re.search(r"[{}]", words.title + words.proof)


def test_findings_are_ranked_by_their_time_and_proven_by_their_cases() -> None:
    log = shop_log()
    found = diagnose(log, least=0)
    hours = [each.hours for each in found.findings]
    assert hours == sorted(hours, reverse=True)
    assert log.begun is not None
    took = [int(log.end[log.of(case)][-1]) - int(log.begun[log.of(case)].min()) for case in range(60)]
    assert found.open_time == sum(took)
    for finding in found.findings:
        assert finding.share == pytest.approx(finding.hours * HOUR / found.open_time)
        assert 1 <= finding.cases <= finding.count
        assert set(finding.examples) <= set(log.cases)


def test_the_file_stands_alone_and_runs_nothing_of_the_log() -> None:
    name = "<script>alert(1)</script>"
    html = standing(pages(diagnose(shop_log()), name=name, has_pages=False), name=name, first="en")
    assert html.index('id="in-en" checked') > 0
    assert not re.search(r'(src|href)="(?!#)', html)
    assert "<script>alert" not in html
    assert "close <b>" not in html.replace("close \\u003Cb\\u003E", "")
    assert "How long cases take" in html
    assert "样" in html or "多少" in html


def test_figures_are_plain_values_that_add_up() -> None:
    log = shop_log()
    numbers = json.loads(json.dumps(figures(diagnose(log))))
    assert sum(each["count"] for each in numbers["activities"]) == len(log)
    assert sum(each["count"] for each in numbers["edges"]) == len(log) - len(log.cases)
    assert sum(each["cases"] for each in numbers["variants"]) == numbers["log"]["cases"] == 60
    assert numbers["waiting"]["estimated"] is False


def test_an_empty_log_is_refused_in_words() -> None:
    empty = interned(case=[], activity=[], end=np.empty(0, np.int64))
    with pytest.raises(NothingToDiagnose, match="no event"):
        diagnose(empty)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_remark_of_reading_has_its_words(language: str) -> None:
    for code, sentence in SENTENCES.items():
        values = {name: f"<{name}>" for name in re.findall(r"\{(\w+)\}", sentence)}
        values |= {"role": "start"} if "role" in values else {}
        with translation.override(language):
            words = said(Remark(code, values))
        assert all(value in words for name, value in values.items() if name != "role")
        assert words == str(Remark(code, values)) or language != "en" or "role" in values


@pytest.mark.parametrize(
    ("microseconds", "words"),
    [(0, "0 s"), (59_400_000, "59 s"), (90_000_000, "2 min"), (HOUR, "1 h"), (25 * HOUR, "1 d 1 h"),
     (26 * HOUR + 59 * 60_000_000, "1 d 3 h"), (-HOUR * 3 // 2, "−1 h 30 min"), (2_400_000 * HOUR, "100,000 d")],
)  # fmt: skip
def test_a_span_is_said_in_its_two_largest_units(microseconds: int, words: str) -> None:
    with translation.override("en"):
        assert span(microseconds) == words


def test_shares_keep_a_digit_where_they_are_small() -> None:
    assert [percent(each) for each in (0.004, 0.0994, 0.0996, 0.5)] == ["0.4 %", "9.9 %", "10 %", "50 %"]
