"""A log of a known process gives that process back, whatever the order of its cases, and says when it cannot."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.mining.discovering import MOST_ACTIVITIES, NoiseRefused, TooManyActivities, discover
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.trees import Is, Tree, activity, block, silent, simplified

Word = tuple[str, ...]


def log_of(words: Sequence[Sequence[str]]) -> Log:
    rows = [(str(number), step) for number, word in enumerate(words) for step in word]
    return interned(
        case=[row[0] for row in rows], activity=[row[1] for row in rows], end=np.arange(len(rows), dtype=np.int64)
    )


def found(*words: str, noise: float = 0.0) -> str:
    return str(discover(log_of(words), noise))


def played(tree: Tree) -> set[Word]:
    """Every way through a tree that goes round at most twice."""
    if tree.kind is Is.ACTIVITY:
        return {(tree.activity,)}
    if tree.kind is Is.SILENT:
        return {()}
    ways = [played(each) for each in tree.inside]
    if tree.kind is Is.CHOICE:
        return set().union(*ways)
    if tree.kind is Is.SEQUENCE:
        return {sum(parts, ()) for parts in product(*ways)}
    if tree.kind is Is.PARALLEL:
        return {word for parts in product(*ways) for word in _woven(parts)}
    body, again = ways[0], set().union(*ways[1:])
    once = {first + back + other for first, back, other in product(body, again, body)}
    return body | once | {word + back + other for word, back, other in product(once, again, body)}


def _woven(words: tuple[Word, ...]) -> Iterator[Word]:
    left = [place for place, word in enumerate(words) if word]
    if not left:
        yield ()
    for place in left:
        rest = (*words[:place], words[place][1:], *words[place + 1 :])
        yield from ((words[place][0], *following) for following in _woven(rest))


def ends_of(tree: Tree) -> tuple[set[str], set[str]]:
    words = played(tree)
    return {word[0] for word in words}, {word[-1] for word in words}


@st.composite
def trees(pick: st.DrawFn, most: int = 6) -> Tree:
    """Every activity once, no block in one of its kind, and of a loop's body no first activity is a last one: what the
    Inductive Miner is proven to find again (Leemans and others 2013, theorem 14).
    """
    names = iter("abcdefghij")

    def grown(size: int, around: Is | None) -> Tree:
        if size == 1:
            return activity(next(names))
        kinds = [kind for kind in (Is.SEQUENCE, Is.CHOICE, Is.PARALLEL, Is.LOOP) if kind is not around]
        kind = pick(st.sampled_from(kinds if size > 2 else [kind for kind in kinds if kind is not Is.LOOP]))
        if kind is Is.LOOP:
            body = block(Is.SEQUENCE, [activity(next(names)), grown(size - 2, Is.SEQUENCE)])
            return block(Is.LOOP, [body, activity(next(names))])
        first = pick(st.integers(1, size - 1))
        return block(kind, [grown(first, kind), grown(size - first, kind)])

    return grown(pick(st.integers(2, most)), None)


def in_order(tree: Tree) -> str:
    """A tree as text, the ways of a choice and what is side by side in the order of the alphabet."""
    if tree.kind is Is.ACTIVITY:
        return tree.activity
    inside = [in_order(each) for each in tree.inside]
    if tree.kind in (Is.CHOICE, Is.PARALLEL):
        inside.sort()
    return f"{tree.kind}({', '.join(inside)})"


@settings(deadline=None, max_examples=150)
@given(trees(), st.randoms(use_true_random=False))
def test_a_process_is_found_again_from_everything_it_does_in_any_order(tree: Tree, rng: object) -> None:
    words = sorted(played(tree))
    rng.shuffle(words)  # type: ignore[attr-defined]  # what hypothesis gives is a Random
    assert in_order(discover(log_of(words))) == in_order(simplified(tree))


@pytest.mark.parametrize(
    ("words", "tree"),
    [
        (["abcd", "acbd", "aed"], "→(a, ×(∧(b, c), e), d)"),  # the example of the paper's introduction
        (["a"], "a"),
        (["a", "aaa"], "↺(a, τ)"),
        (["ab", "a"], "→(a, ×(b, τ))"),
        (["abc", "a"], "→(a, ×(→(b, c), τ))"),
        (["ab", "abdab", "abeab"], "↺(→(a, b), d, e)"),
        (["ab", "abab"], "↺(→(a, b), τ)"),
        (["ab", "ba"], "∧(a, b)"),
        (["ab", "cd"], "×(→(a, b), →(c, d))"),
    ],
)
def test_small_logs_give_what_one_sees(words: list[str], tree: str) -> None:
    assert found(*words) == tree


def test_what_is_rare_is_left_out_with_noise_and_kept_without() -> None:
    words = ["abcd"] * 50 + ["acdb"]
    assert found(*words) == "→(a, ∧(b, →(c, d)))"
    assert found(*words, noise=0.1) == "→(a, b, c, d)"
    skipped = ["abc"] * 50 + ["ac"]
    assert found(*skipped) == "→(a, ×(b, τ), c)"
    assert found(*skipped, noise=0.1) == "→(a, b, c)"


def test_noise_is_only_looked_past_where_nothing_can_be_cut_without() -> None:
    """As the method is published: two steps once in the other order are side by side, however rare that is."""
    assert found(*["abcd"] * 50, "bacd", noise=0.1) == "→(∧(a, b), c, d)"


def test_how_often_the_log_went_each_way_is_kept() -> None:
    tree = discover(log_of(["ab", "ab", "ac", "a"]))
    choice = tree.inside[1]
    assert str(tree) == "→(a, ×(b, c, τ))"
    assert [(str(each), each.times) for each in choice.inside] == [("b", 2), ("c", 1), ("τ", 1)]


def test_a_log_in_which_anything_follows_anything_gives_a_model_that_allows_it() -> None:
    words = ["abca", "cabb", "bbac", "aacb", "bcac", "c", "abab", "caab", "bcba"]
    tree = discover(log_of(words))
    assert {leaf.activity for leaf in tree.leaves()} == {"a", "b", "c"}


def test_activities_may_be_called_anything() -> None:
    words = [["Start", "", "End", "→(a, τ)"], ["Start", "End"]]
    tree = discover(log_of(words))
    assert [leaf.activity for leaf in tree.leaves()] == ["Start", "", "End", "→(a, τ)"]


def test_no_case_is_a_process_in_which_nothing_is_done() -> None:
    assert found() == "τ"


def test_a_hundred_thousand_activities_are_refused_with_what_to_do() -> None:
    count = 100_000
    log = interned(
        case=["one"] * count,
        activity=[f"step {number}" for number in range(count)],
        end=np.arange(count, dtype=np.int64),
    )
    with pytest.raises(TooManyActivities, match="300 activities"):
        discover(log)


def test_three_hundred_activities_in_a_row_are_a_row() -> None:
    word = [f"{number:03}" for number in range(MOST_ACTIVITIES)]
    assert [leaf.activity for leaf in discover(log_of([word, word[:200]])).leaves()] == word


def test_noise_is_a_share() -> None:
    with pytest.raises(NoiseRefused):
        found("a", noise=1.5)


def test_blocks_that_say_nothing_are_taken_out() -> None:
    a, b = activity("a"), activity("b")
    cases = {
        "×(↺(a, τ), τ)": block(Is.LOOP, [block(Is.CHOICE, [a, silent()]), silent()]),
        "↺(a, τ)": block(Is.LOOP, [block(Is.LOOP, [a, silent()]), silent()]),
        "→(a, b)": block(Is.SEQUENCE, [block(Is.SEQUENCE, [a, silent()]), b]),
        "×(a, b, τ)": block(Is.CHOICE, [silent(), a, block(Is.CHOICE, [b, silent()])]),
        "∧(a, b)": block(Is.PARALLEL, [a, silent(), b]),
    }
    assert {text: str(simplified(tree)) for text, tree in cases.items()} == {text: text for text in cases}
