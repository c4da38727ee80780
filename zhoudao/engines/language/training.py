"""Triage learned from labelled messages: the same from the same messages, every figure from messages left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zhoudao.engines.language.calibrating import Calibration, calibrated, calibration_error, margins
from zhoudao.engines.language.keeping import from_bytes, to_bytes
from zhoudao.engines.language.labelled import Labelled
from zhoudao.engines.language.learning import Learned, learn
from zhoudao.engines.language.likeness import Mix
from zhoudao.engines.language.moods import Moods, moods
from zhoudao.engines.language.opened import opened
from zhoudao.engines.language.packing import NoModel
from zhoudao.engines.language.taxonomy import topic_of
from zhoudao.engines.language.triage import VERSION, Alarm, Triager, kind_margins, signs
from zhoudao.engines.language.urgency import pressing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

MIX: Final = Mix(sense=4.0, ideas=0.025, smooth=0.05)
FALSE_ALARMS: Final = 0.008  # of labelled messages that press for nothing, by lean alone; thrice as many of others'
_WORDS_AT_MOST: Final = 0.9  # a word may be right more often among the messages it was written beside
_CURVES: Final = ("topic", "kind", "near")


@dataclass(frozen=True, slots=True)
class Figures:
    """How good it is on its own messages, each left out when it was judged (shares 0 to 1)."""

    messages: int
    topic_right: float
    kind_right: float
    calibration_error: float
    alarms_found: float
    false_alarms: float
    emotion_off: float  # mean distance, 0 to 100


def train(known: Sequence[Labelled], *, with_sense: bool = True) -> tuple[Triager, Figures]:
    """This will learn; two thousand messages take some seconds.

    Raises: TooFewTexts, TooManyTexts.
    """
    import numpy as np

    texts = [one.text for one in known]
    emotions = np.array([one.emotion for one in known], np.float32)
    urgencies: list[str] = [one.urgency for one in known]
    heads: dict[str, Sequence[str] | Floats] = {
        "topic": [one.topic.code for one in known],
        "urgency": urgencies,
        "emotion": ((emotions - 50) / 50).astype(np.float32),
    }
    learned = learn(texts, heads, mix=MIX, with_sense=with_sense)
    model, left_out = learned.model, learned.left_out
    topics = left_out[:, model.columns("topic")]
    names = model.heads["topic"]
    first, margin = margins(topics)
    is_right = np.array([names[place] == one.topic.code for place, one in zip(first, known, strict=True)])
    of_kind = [topic_of(names[place]).kind == one.topic.kind for place, one in zip(first, known, strict=True)]
    kinds = kind_margins(topics, names)
    curve = calibrated(margin, is_right)
    alarm, found, false = _alarm(learned, texts, urgencies)
    felt = left_out[:, model.columns("emotion")][:, 0]
    mood = moods(texts, felt, model.learned.sense, emotions)
    triager = Triager(model, curve, calibrated(kinds, np.array(of_kind)), alarm, mood)
    told, _sure, _places = mood.judge(texts, felt, model.learned.sense)
    off = float(np.abs(np.array(told) - emotions).mean())
    error = calibration_error(curve(margin), is_right)
    return triager, Figures(len(known), float(is_right.mean()), float(np.mean(of_kind)), error, found, false, off)


def _alarm(learned: Learned, texts: Sequence[str], urgencies: Sequence[str]) -> tuple[Alarm, float, float]:
    """The lowest threshold with no more false alarms than allowed, what it finds and what it raises wrongly."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    model = learned.model
    said = [pressing(opened(text, keeps_digits=True).text) for text in texts]
    is_said, lean = signs(said, learned.left_out[:, model.columns("urgency")], model.heads["urgency"])
    is_urgent = np.array([one != "none" for one in urgencies])
    judge = LogisticRegression(C=10.0, max_iter=1000).fit(lean[:, None], is_urgent)
    told = int((is_said > 0).sum())
    said_chance = min(_WORDS_AT_MOST, float((is_urgent & (is_said > 0)).sum() + 1) / (told + 2))
    alarm = Alarm(float(judge.coef_[0, 0]), float(judge.intercept_[0]), said_chance, 0.0)
    least = float(np.quantile(alarm.chance(is_said * 0, lean)[~is_urgent], 1 - FALSE_ALARMS))
    alarm = alarm._replace(least=min(said_chance, max(0.02, least)))
    raised = alarm.chance(is_said, lean) >= alarm.least
    return alarm, float(raised[is_urgent].mean()), float(raised[~is_urgent].mean())


def packed(triager: Triager, figures: Figures) -> bytes:
    """The triager as a file."""
    more: dict[str, Any] = {"version": VERSION, "alarm": list(triager.alarm)}
    more["figures"] = [getattr(figures, name) for name in Figures.__slots__]
    curves = {"topic": triager.topic, "kind": triager.kind, "near": triager.moods.near}
    arrays = {"moods.weight": triager.moods.weight}
    for name, curve in curves.items():
        arrays |= {f"{name}.margin": curve.margin, f"{name}.chance": curve.chance}
    return to_bytes(triager.model, more=more, arrays=arrays)


def unpacked(content: bytes) -> tuple[Triager, Figures]:
    """What `packed` wrote.

    Raises: NoModel.
    """
    model, more, arrays = from_bytes(content)
    try:
        if more["version"] != VERSION:
            raise ValueError("version")
        steep, bias, said, least = map(float, more["alarm"])
        topic, kind, near = (Calibration(arrays[f"{name}.margin"], arrays[f"{name}.chance"]) for name in _CURVES)
        mood = Moods(arrays["moods.weight"], near)
        return Triager(model, topic, kind, Alarm(steep, bias, said, least), mood), Figures(*more["figures"])
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise NoModel(NoModel.__doc__) from fault
