"""What is learned: exact when left out, the same each time, and sure as often as it is right."""

import numpy as np
import pytest

from zhoudao.engines.language.calibrating import calibrated, calibration_error, margins
from zhoudao.engines.language.keeping import from_bytes, to_bytes
from zhoudao.engines.language.learning import TooFewTexts, _least_squares, learn
from zhoudao.engines.language.likeness import Mix
from zhoudao.engines.language.scope import OUTSIDE, gate, signs_of
from zhoudao.engines.language.vectors import taken

WISHES = {
    "return": "我要退货 这个想退掉 退货怎么弄 东西不合适要退回去 帮我退货 想把它退了 可以给我退货吗 退货地址发我",
    "track": "我的快递到哪了 包裹到哪里了 查一下物流 物流信息看不到 快递几时到 帮我看看包裹 物流到哪一站了 查快递",
    "invoice": "怎么开发票 要一张发票 发票抬头写错了 能开专票吗 发票发我邮箱 开票要税号吗 电子发票在哪 补开发票",
}
TEXTS = [text for texts in WISHES.values() for text in texts.split()]
LABELS = [label for label, texts in WISHES.items() for _ in texts.split()]


def test_left_out_is_what_learning_without_it_says() -> None:
    """Against the slow way: twelve times anew, each time without one."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(12, 4)).astype(np.float32)
    shared = points @ points.T
    targets = np.sign(rng.normal(size=(12, 2))).astype(np.float32)
    centred = targets - targets.mean(axis=0)
    diagonal = shared.diagonal() + 0.5
    _weight, left_out = _least_squares(shared.copy(), targets, diagonal)
    for place in range(12):
        rest = [one for one in range(12) if one != place]
        square = shared[np.ix_(rest, rest)] + 0.5 * np.eye(11, dtype=np.float32)
        said = shared[place, rest] @ np.linalg.solve(square, centred[rest]) + targets.mean(axis=0)
        assert left_out[place] == pytest.approx(said, abs=1e-3)


def test_a_handful_of_wishes_is_learned_and_explained() -> None:
    model = learn(TEXTS, {"wish": LABELS}, with_sense=False).model
    text = "请问发票什么时候能开"
    scores = model.scores([text, "退 货！", "物流查不到"]).all
    names = model.heads["wish"]
    assert [names[place] for place in scores.argmax(axis=1)] == ["invoice", "return", "track"]
    apart = taken(text)
    seen = model.see([apart], [text])
    pieces = model.evidence(apart, seen.row(0), model.judged(seen).shared[0], names.index("invoice"))
    assert any("发票" in text[one.start : one.end] for one in pieces)


def test_the_same_texts_teach_the_same() -> None:
    first, again = (learn(TEXTS, {"wish": LABELS}, with_sense=False) for _ in range(2))
    assert (first.model.weight == again.model.weight).all()
    assert (first.left_out == again.left_out).all()


def test_a_kept_model_says_the_same() -> None:
    model = learn(TEXTS, {"wish": LABELS}, mix=Mix(ideas=0.1), with_sense=False).model
    kept, more, _arrays = from_bytes(to_bytes(model, more={"a": 1}, arrays={}))
    assert more == {"a": 1}
    assert kept.scores(TEXTS).all == pytest.approx(model.scores(TEXTS).all, abs=0.01)


def test_the_sense_is_used_where_there_is_an_encoder() -> None:
    """Words in common there are none."""
    learned = learn(TEXTS, {"wish": LABELS})
    names = learned.model.heads["wish"]
    said = learned.model.scores(["where is my parcel", "I want to send it back", "I need a tax invoice"]).all.argmax(
        axis=1
    )
    assert [names[place] for place in said] == ["track", "return", "invoice"]


@pytest.mark.parametrize("labels", [["a"] * 24, LABELS[:10]])
def test_too_little_is_not_learned_from(labels: list[str]) -> None:
    with pytest.raises(TooFewTexts):
        learn(TEXTS[: len(labels)], {"wish": labels}, with_sense=False)


def test_said_chances_are_those_that_come() -> None:
    """Isotonic on half of the draws, judged on the other."""
    rng = np.random.default_rng(1)
    margin = rng.random(4_000).astype(np.float32)
    is_right = rng.random(4_000) < 0.3 + 0.65 * margin
    curve = calibrated(margin[:2_000], is_right[:2_000])
    assert calibration_error(curve(margin[2_000:]), is_right[2_000:]) < 0.04
    assert (np.diff(curve.chance) >= 0).all()


def test_margins_are_between_the_first_two() -> None:
    first, margin = margins(np.array([[0.1, 0.9, 0.4], [0.5, -1.0, 0.2]], np.float32))
    assert first.tolist() == [1, 0]
    assert margin == pytest.approx([0.5, 0.3])


def test_what_is_out_of_scope_passes_no_gate() -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(-0.8, 0.1, size=(600, 3)).astype(np.float32)
    scores[np.arange(400), rng.integers(1, 3, 400)] = rng.normal(0.8, 0.1, 400)
    scores[400:, 0] = rng.normal(0.5, 0.1, 200)
    is_outside = np.arange(600) >= 400
    _first, signs = signs_of(scores, np.full(600, 0.5, np.float32), (OUTSIDE, "a", "b"))
    chance = gate(signs, ~is_outside, is_outside)(signs)
    assert chance[:400].mean() > 0.9
    assert chance[400:].mean() < 0.1
    assert chance[:400].min() > chance[400:].max()
