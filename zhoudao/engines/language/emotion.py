"""How upset or pleased a customer's message sounds: an index, how sure that is, and which of its words say so."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from zhoudao.engines.language.grams import Folded, folded, pieces
from zhoudao.engines.language.scale import Word, word_of
from zhoudao.engines.language.weights import Weights, weights
from zhoudao.engines.language.words import english_words, is_urgent, said

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]")
_FOREIGN = re.compile(r"[\u3040-\u30ff\uac00-\ud7a3\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f]")
_NOISE = re.compile(
    r"https?://\S+|[a-z0._+-]+@[a-z0.-]+|[a-z]*0[a-z0*-]*|@\w{1,12}"
)  # addresses, numbers and names of accounts
_FILLER = re.compile(
    r"(?:好的?|嗯+|哦+|是的?|对的?|行|可以|收到|知道了|明白了?|在吗|在么|有人吗|你好|您好|请问|没有|有的?|不是|稍等|等等|谢谢|订?单号?码?|编号|手机号?码?|电话|尾号|地址"
    r"|ok(?:ay)?|yes|no|hi|hello|sure|thanks?|thank ?you)+"
)
_ASKING = re.compile(
    r"请问|请帮|麻烦|帮我|能不能|能否|可否|是否|可以.{0,12}[吗么]|[吗么][?]?$|怎么|如何|多少|我想|我要|咨询|查一下"
)
_LOUD = re.compile(r"[!?]{2,}")
_STEEP = 12.0  # no text is surer than one in a hundred and sixty thousand


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the original text, `text[start:end]`, and how far it moved the log odds of being upset."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Emotion:
    """The index goes from -100 (surely upset) to 100 (surely pleased); None where there is too little to judge.

    It is 100 x (1 - 2 P), with P the calibrated probability of being upset. `confidence` (0 to 1) is that of the word.
    """

    index: int | None
    confidence: float
    is_urgent: bool
    evidence: tuple[Piece, ...] = ()

    @property
    def word(self) -> Word:
        """In a word."""
        return word_of(self.index)


def judge(text: str) -> Emotion:
    """This will judge one message, in about 0.2 ms; it reads the first 500 characters.

    Raises: DamagedWeights.
    """
    read = folded(text)
    urgent = is_urgent(read.text)
    language = _language(read.text)
    if language is None:
        return Emotion(None, 0.0, urgent)
    moved = [0.0] * len(read.text)
    odds = learned(read.text, weights(), moved) if language == "zh" else 0.0
    spoken = list(said(read.text))
    if not spoken and _ASKING.search(read.text):  # the learned part hears a complaint in every question
        odds, moved = odds / 2, [one / 2 for one in moved]
    for one in spoken:
        odds += one.weight
        for place in range(one.start, one.end):
            moved[place] += one.weight / (one.end - one.start)
    odds *= 1.2 if _LOUD.search(read.text) else 1.0
    upset = 1 / (1 + math.exp(-max(-_STEEP, min(_STEEP, odds))))
    index = round(100 * (1 - 2 * upset))
    sure = max(upset, 1 - upset) if word_of(index) != "calm" else 1 - abs(index) / 100
    return Emotion(index, round(sure, 2), urgent, _evidence(read, moved, odds))


def learned(text: str, known: Weights, moved: list[float] | None = None) -> float:
    """What a folded text's pieces say: log odds of being upset. Adds each character's part to `moved`."""
    found = pieces(text)
    if not found:
        return 0.0
    steps = known.steps
    each = known.scale / math.sqrt(len(found))
    if moved is not None:
        for hashed, (place, length) in found.items():
            if steps[hashed]:
                share = steps[hashed] * each / length
                for at in range(place, place + length):
                    moved[at] += share
    return sum([steps[hashed] for hashed in found]) * each


def _language(text: str) -> Literal["zh", "en"] | None:
    """The language to judge it in; None where it is another, or nothing but numbers, greetings and nods."""
    words = _NOISE.sub(" ", text)
    if _FILLER.fullmatch(re.sub(r"[\W\d_]+", "", words)):
        return None
    han, latin = len(_HAN.findall(words)), len(_LATIN.findall(words))
    if len(_FOREIGN.findall(words)) > han // 4:
        return None
    if han >= 2 and han * 4 >= latin:
        return "zh"
    has_english = english_words(words) * 5 >= len(words.split()) or any(said(words))
    return "en" if latin >= 4 and has_english else None


def _evidence(read: Folded, moved: Sequence[float], odds: float) -> tuple[Piece, ...]:
    """The up to three stretches that moved it most in its own direction."""
    sign = 1.0 if odds >= 0 else -1.0
    least = max([sign * one for one in moved], default=0.0) * 0.25
    stretches: list[Piece] = []
    start = None
    for place, one in enumerate([*moved, -sign]):
        if sign * one > least:
            start = place if start is None else start
        elif start is not None:
            first, last = read.places[start], read.places[place - 1]
            stretches.append(Piece(first, last + 1, round(sum(moved[start:place]), 2)))
            start = None
    best = sorted(stretches, key=lambda one: sign * one.weight, reverse=True)[:3]
    return tuple(sorted(best, key=lambda one: one.start))
