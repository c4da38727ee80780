"""What one message wants: language, kind, topic, urgency, emotion and what it names, each with how sure that is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from zhoudao.engines.language.calibrating import Calibration, margins
from zhoudao.engines.language.entities import Entity, entities
from zhoudao.engines.language.likeness import BATCH, Evidence, Likeness, Scores
from zhoudao.engines.language.moods import Moods
from zhoudao.engines.language.opened import opened
from zhoudao.engines.language.script import written
from zhoudao.engines.language.taxonomy import TOPICS, URGENCIES, Kind, Language, Urgency, topic_of
from zhoudao.engines.language.urgency import Pressing, pressing
from zhoudao.engines.language.vectors import taken

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

VERSION: Final = 1  # of all that judges: rules, pieces and how they are weighed
_LETTER: Final = re.compile(r"[^\W\d_]")
_HALF: Final = re.compile(r"[\ud800-\udfff]")  # half a character, as broken JSON has it: no encoding takes it
_OTHER: Final = "other.other"
_WORDS_COUNT: Final = 1.5  # what words say against what the model leans to, whose scores lie about -1 and 1
_NO_PLACES: Final[tuple[tuple[int, int], ...]] = ()

Places = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """What a message wants. `confidence` (0 to 1) and `evidence` (places in the text) are told of each by its name."""

    language: Language
    kind: Kind
    topic: str
    urgency: Urgency
    emotion: int
    confidence: Mapping[str, float]
    evidence: Mapping[str, Places]
    entities: tuple[Entity, ...]


class Alarm(NamedTuple):
    """When to raise one: the model's lean as a chance (logistic, `steep` and `bias`), never less than `said` where a
    word presses; at `least` and above it is raised. Words and model are judged apart, since who wrote the words knew
    the messages the model learned from.
    """

    steep: float
    bias: float
    said: float
    least: float

    def chance(self, is_said: Floats, lean: Floats) -> Floats:
        """Of being urgent, 0 to 1; (texts,)."""
        import numpy as np

        leant = 1 / (1 + np.exp(-np.clip(self.bias + self.steep * lean, -30, 30)))
        found: Floats = np.where(is_said > 0, np.maximum(leant, self.said), leant).astype(np.float32)
        return found


@dataclass(frozen=True)
class Triager:
    """All that judges messages; heads `topic`, `urgency` and `emotion`."""

    model: Likeness
    topic: Calibration
    kind: Calibration
    alarm: Alarm
    moods: Moods

    def judge(self, texts: Sequence[str], goods: Mapping[str, str] | None = None) -> list[Triage]:
        """This will judge messages, in order; whatever they hold, each has its answer. `goods`: see `names_of`."""
        whole = [_HALF.sub("\ufffd", text) for text in texts]
        return [
            one for first in range(0, len(whole), BATCH) for one in self._batch(whole[first : first + BATCH], goods)
        ]

    def _batch(self, texts: Sequence[str], goods: Mapping[str, str] | None) -> list[Triage]:
        apart = [taken(text) for text in texts]
        seen = self.model.see(apart, texts)
        scores = self.model.judged(seen)
        said = [pressing(opened(text, keeps_digits=True).text) for text in texts]
        facts = Facts.of(self, texts, scores, said, seen.sense)
        found = []
        for place, text in enumerate(texts):
            moved = self.model.evidence(apart[place], seen.row(place), scores.shared[place], facts.column[place])
            found.append(self._told(text, place, facts, moved, goods))
        return found

    def _told(
        self, text: str, place: int, facts: Facts, moved: tuple[Evidence, ...], goods: Mapping[str, str] | None
    ) -> Triage:
        language = written(text)
        topic, sure, kind_sure = facts.topic[place], facts.sure[place], facts.kind_sure[place]
        places: Places = tuple((one.start, one.end) for one in moved)
        if not _LETTER.search(text):  # a number, a face, nothing: there is nothing to be like
            topic, sure, kind_sure, places = _OTHER, 0.95, 0.95, _NO_PLACES
        urgency, alarmed = facts.urgency[place], facts.alarmed[place]
        confidence = {
            "language": language.confidence, "kind": kind_sure, "topic": sure,
            "urgency": alarmed if urgency != "none" else 1 - alarmed, "emotion": facts.mood_sure[place],
        }  # fmt: skip
        evidence = {
            "language": language.evidence, "kind": places, "topic": places, "urgency": facts.pressed[place],
            "emotion": facts.mood_places[place],
        }  # fmt: skip
        rounded = {name: round(float(one), 3) for name, one in confidence.items()}
        kind = topic_of(topic).kind
        return Triage(
            language.language, kind, topic, urgency, facts.emotion[place], rounded, evidence, entities(text, goods)
        )


@dataclass(frozen=True)
class Facts:
    """Of a batch, one entry a text."""

    topic: list[str]
    column: list[int]
    sure: Floats
    kind_sure: Floats
    urgency: list[Urgency]
    alarmed: Floats
    pressed: list[Places]
    emotion: list[int]
    mood_sure: Floats
    mood_places: list[Places]

    @classmethod
    def of(
        cls, by: Triager, texts: Sequence[str], scores: Scores, said: Sequence[Pressing], sense: Floats | None
    ) -> Facts:
        """This will decide, for all texts at once."""
        stretch, urgencies = by.model.columns("topic"), by.model.heads["urgency"]
        topics = scores.all[:, stretch]
        first, margin = margins(topics)
        names = [by.model.heads["topic"][place] for place in first]
        leans = scores.all[:, by.model.columns("urgency")]
        chances = by.alarm.chance(*signs(said, leans, urgencies))
        kinds = [
            worst(one, lean, urgencies) if chance >= by.alarm.least else "none"
            for one, lean, chance in zip(said, leans, chances, strict=True)
        ]
        pressed = [_original(text, one) for text, one in zip(texts, said, strict=True)]
        kind_sure = by.kind(kind_margins(topics, by.model.heads["topic"]))
        felt = scores.all[:, by.model.columns("emotion")][:, 0]
        emotion, mood_sure, mood_places = by.moods.judge(texts, felt, sense)
        return cls(
            names, (first + stretch.start).tolist(), by.topic(margin), kind_sure,
            kinds, chances, pressed, emotion, mood_sure, mood_places,
        )  # fmt: skip


def signs(said: Sequence[Pressing], leans: Floats, urgencies: Sequence[str]) -> tuple[Floats, Floats]:
    """Of each text, whether a word presses (0 or 1) and how far the model leans to any urgency rather than none."""
    import numpy as np

    none = urgencies.index("none")
    others = np.delete(leans, none, axis=1)
    is_said = np.array([one.urgency != "none" for one in said], np.float32)
    return is_said, others.max(axis=1) - leans[:, none]


def worst(said: Pressing, lean: Floats, urgencies: Sequence[str]) -> Urgency:
    """Which urgency it is, given that there is one: what the words say, unless the model is far surer of another."""
    best = {name: float(one) for name, one in zip(urgencies, lean, strict=True)}
    if said.urgency != "none":
        best[said.urgency] = best.get(said.urgency, -1.0) + _WORDS_COUNT
    return max((name for name in URGENCIES if name != "none"), key=lambda name: best.get(name, -9.0))


def kind_margins(topics: Floats, names: Sequence[str]) -> Floats:
    """How far the best topic stands before the best of another kind, (texts,)."""
    import numpy as np

    kinds = {topic.code: topic.kind for topic in TOPICS}
    order = sorted(set(kinds.values()))
    best = np.full((len(topics), len(order)), -np.inf, np.float32)
    for at, name in enumerate(names):
        column = order.index(kinds[name])
        best[:, column] = np.maximum(best[:, column], topics[:, at])
    two = np.partition(best, -2, axis=1)
    return np.where(np.isfinite(two[:, -2]), two[:, -1] - two[:, -2], 2.0).astype(np.float32)


def _original(text: str, one: Pressing) -> Places:
    """Where the words that press stand in the text as it came."""
    if one.urgency == "none":
        return ()
    places = opened(text, keeps_digits=True).places[one.start : one.end]
    return ((places[0], places[-1] + 1),) if places else ()
