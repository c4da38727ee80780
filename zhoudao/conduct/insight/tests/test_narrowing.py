"""Filters in an address: read, said in words, and each passing the cases a person would pick."""

import numpy as np
import pytest
from django.utils import translation

from zhoudao.conduct.insight.kept import Kept
from zhoudao.conduct.insight.narrowed import behind_of, passing, redrawn
from zhoudao.conduct.insight.narrowing import MOST, Narrow, narrows_in, said, token_of
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.packing import RESOURCE, Packed, packed

HOUR, DAY = 3_600_000_000, 86_400_000_000
MARCH = 1_772_323_200_000_000  # 2026-03-01 in UTC
WAYS = {"w": "abc", "x": "abc", "y": "acb", "z": "ab", "v": "b"}
A, B, C = (token_of(step) for step in "abc")


def log() -> Log:
    """Cases go `WAYS`, a step an hour, each begun a day later than the one before; `w` waits two hours for its `c`."""
    rows = [
        (case, step, MARCH + day * DAY + place * HOUR + (HOUR if (case, step) == ("w", "c") else 0))
        for day, (case, way) in enumerate(WAYS.items()) for place, step in enumerate(way)
    ]  # fmt: skip
    cases = [row[0] for row in rows]
    return interned(
        case=cases, activity=[row[1] for row in rows], end=np.array([row[2] for row in rows], np.int64),
        resource=["ann" if case in "wz" else "bea" for case in cases],
        columns={"store": ["north" if case in "wx" else "south" for case in cases]},
    )  # fmt: skip


def kept(one: Log | None = None) -> Kept:
    pieces = list(packed(log() if one is None else one))
    return Kept(Packed(pieces.__getitem__))


def passed(*texts: str, zone: str = "UTC") -> str:
    narrows, unread = narrows_in(texts)
    assert not unread
    held = kept()
    return "".join(np.array(list(held.packed.log().cases))[passing(held, narrows, zone)])


@pytest.mark.parametrize(
    ("texts", "cases"),
    [
        ((f"with.{C}",), "wxy"),
        ((f"-with.{C}",), "zv"),
        ((f"next.{A}.{B}",), "wxz"),
        ((f"-next.{A}.{B}",), "yv"),
        ((f"later.{A}.{B}",), "wxyz"),
        ((f"wait.{B}.{C}.61",), "w"),
        ((f"-wait.{B}.{C}.61",), "xyzv"),
        (("often.40",), "wx"),
        (("-often.40",), "yzv"),
        (("took.61.120",), "xy"),
        (("took..60",), "zv"),
        (("begun.2026-03-02.2026-03-03",), "xy"),
        (("-touching.2026-03-02.",), "w"),
        ((f"value.{token_of('store')}.{token_of('north')}",), "wx"),
        ((f"-value.{token_of('store')}.{token_of('north')}",), "yzv"),
        ((f"value.{token_of(RESOURCE)}.{token_of('ann')}.{token_of('nobody')}",), "wz"),
        ((f"with.{C}", f"value.{token_of('store')}.{token_of('south')}"), "y"),
        ((f"with.{token_of('never')}",), ""),
        ((f"-with.{token_of('never')}",), "wxyzv"),
        ((f"value.{token_of('colour')}.{token_of('red')}",), ""),
        (("way.0000000000000000",), ""),
    ],
)
def test_each_filter_passes_the_cases_a_person_would_pick(texts: tuple[str, ...], cases: str) -> None:
    assert passed(*texts) == cases


def test_a_day_is_lived_where_the_people_of_the_log_are() -> None:
    assert passed("begun..2026-03-01") == "w"
    assert passed("begun..2026-02-28", zone="America/New_York") == "w"
    assert passed("begun..2026-02-28", zone="Asia/Shanghai") == ""
    assert passed("begun.0002-01-01.9999-12-31") == "wxyzv"


def test_the_map_of_some_cases_is_the_map_of_a_log_of_these_alone() -> None:
    (narrow,), _ = narrows_in([f"with.{C}"])
    drawn = redrawn(kept(), [narrow], zone="UTC")
    alone = redrawn(kept(log().only(np.array([True, True, True, False, False]))), [], zone="UTC")
    assert (drawn["cases"], drawn["shown"], drawn["whole"]) == (3, "3", "5")
    for part in ("facts", "ways", "map", "named"):
        assert drawn[part] == alone[part]
    assert [way["count"] for way in drawn["ways"]] == ["2", "1"]
    assert redrawn(kept(), narrows_in([f"with.{token_of('never')}"])[0], zone="UTC") == {
        "cases": 0, "shown": "0", "whole": "5",
    }  # fmt: skip


def test_behind_every_number_of_a_filtered_map_stand_its_cases_the_slowest_first() -> None:
    held = kept()
    (south,), _ = narrows_in([f"-value.{token_of('store')}.{token_of('north')}"])
    drawn = redrawn(held, [], zone="UTC")
    for step in drawn["map"]["steps"]:
        assert behind_of(held, [], f"s{step['key']}", zone="UTC")["count"] == step["cases"]
    keys = {step["id"]: step["key"] for step in drawn["map"]["steps"]}
    for one, other, _count, cases, *_times in drawn["map"]["paths"]:
        assert behind_of(held, [], f"p{keys[one]}-{keys[other]}", zone="UTC")["count"] == cases
    for way in drawn["ways"]:
        found = behind_of(held, [], f"v{way['key']}", zone="UTC")
        assert f"{found['count']}" == way["count"]
        assert {WAYS[name] for name in found["names"]} == {"".join(step for step, _tone in way["steps"])}
    assert behind_of(held, [], f"p{B}-{C}", zone="UTC")["names"] == ["w", "x"], "who waited longest, first"
    assert behind_of(held, [south], "all", zone="UTC") == {"names": ["y", "z", "v"], "count": 3}


def test_a_way_that_is_clicked_is_that_way_however_often_the_log_is_made() -> None:
    way = redrawn(kept(), [], zone="UTC")["ways"][0]
    more = kept(log().only(np.array([True, False, False, True, True])))
    narrows, _ = narrows_in([f"way.{way['key']}"])
    assert passing(more, narrows, "UTC").tolist() == [True, False, False]


def test_what_stands_in_an_address_is_read_as_it_was_written_and_anything_else_is_left_out_and_counted() -> None:
    good = [f"-with.{A}", f"next.{A}.{B}", "begun.2026-03-01.", "took.5.", "-way.00000000000000ff", "often.9"]
    narrows, unread = narrows_in(good + good)
    assert ([str(one) for one in narrows], unread) == (good, 0)
    bad = [
        "", "with", "with.x", f"with.{A}.{B}", "begun..", "begun.2026-13-01.", "begun.0001-01-01.", "took..", "often.0",
        "often.100", f"wait.{A}.{B}.-5", "took.12345678.", "way.xyz", "'; drop table", "with." + "a" * 5_000, "took.٣.",
        f"value.{A}", f"value.{A}." + ".".join([B] * 9), "--with." + A, f"with.{A}\n",
    ]  # fmt: skip
    assert narrows_in(bad) == ([], len(bad))
    many = [f"took.{n}." for n in range(MOST + 3)]
    assert (len(narrows_in(many)[0]), narrows_in(many)[1]) == (MOST, 3)


def test_every_kind_of_filter_is_said_in_words_of_three_languages() -> None:
    names = {A: "open", B: "close", "00000000000000ff": "open → close", f"{A}.{B}": "north"}
    texts = [
        f"with.{A}", f"next.{A}.{B}", f"later.{A}.{B}", "way.00000000000000ff", "often.80", "took.60.", "took..90",
        "took.60.90", f"wait.{A}.{B}.120", f"value.{A}.{B}", "begun.2026-03-01.2026-03-02", "ended.2026-03-01.",
        "touching..2026-03-02", "within.2026-03-01.2026-03-02",
    ]  # fmt: skip
    told: dict[str, set[str]] = {}
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            for text in texts:
                for sign in ("", "-"):
                    (narrow,), _ = narrows_in([sign + text])
                    words = said(narrow, names)
                    assert words
                    assert "{" not in words
                    assert "?" not in words
                    told.setdefault(language, set()).add(words)
    assert all(len(words) == 2 * len(texts) for words in told.values()), "no two say the same"
    assert not told["en"] & told["zh-hans"]
    with translation.override("en"):
        assert said(Narrow("next", (A, B), True), names) == "Never “close” directly after “open”"
        assert said(Narrow("with", ("0" * 12,)), names) == "With “?”", "a step that this report does not show"


def test_the_cases_of_a_way_are_those_that_go_it() -> None:
    held = kept()
    for way in redrawn(held, [], zone="UTC")["ways"]:
        narrows, _ = narrows_in([f"way.{way['key']}"])
        names = [
            name for name, mark in zip(held.packed.log().cases, passing(held, narrows, "UTC"), strict=True) if mark
        ]
        assert f"{len(names)}" == way["count"]
