"""In which language a message is written, by its letters: Simplified, Traditional, English, mixed or another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from zhoudao.engines.language.lexicon import lexicon
from zhoudao.engines.language.taxonomy import Language

_LOOKED_AT: Final = 2_000  # characters; who mixes languages does so at once
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA: Final = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]")
_OTHER: Final = re.compile(
    r"[\u0370-\u052f\u0530-\u05ff\u0600-\u06ff\u0900-\u0eff\u10a0-\u11ff\u1780-\u17ff\u1e00-\u1eff¿¡\uac00-\ud7af]"
)
_NO_WORDS: Final = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+|\b[A-Za-z]*\d[\w-]*\b|\b[A-Z]{1,5}\b|\b(?:[A-Z]\w*[A-Z]\w*)\b",
    re.ASCII,
)  # addresses, numbers, models, abbreviations, names of goods
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['’][A-Za-z]+)*")
_WORDS: Final = {name: frozenset(re.split(r"[ |]", words)) for name, words in lexicon("script").items()}
_ENGLISH, _FOREIGN, _NEUTRAL = _WORDS["english"], _WORDS["foreign"], _WORDS["neutral"]
_SOUTHERN: Final = re.compile(
    r"喔|掰掰|午安|早安|早晨|冇|咗|嘅|喺|唔|嗰|啲|佢|乜|咩|揾|俾"
)  # words of those who write Traditional
_MUMBLE: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{5}|(.)\1{3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """The language, how sure that is (0 to 1), and the letters it rests on: up to three places in the text."""

    language: Language
    confidence: float
    evidence: tuple[tuple[int, int], ...] = ()


def written(text: str) -> Written:
    """This will tell the language of a message; of names, numbers and addresses in Latin letters nothing is told.

    >>> written("我的快递到哪了").language, written("退貨運費誰出").language, written("where is my parcel").language
    ('zh-Hans', 'zh-Hant', 'en')
    """
    read = text[:_LOOKED_AT]
    han = [found.start() for found in _HAN.finditer(read)]
    strange = [found.start() for pattern in (_KANA, _OTHER) for found in pattern.finditer(read)]
    words = list(_words(read))
    if len(strange) >= 2 and len(strange) * 4 > len(han):
        return Written("other", _share(len(strange), len(strange) + len(words)), _places(strange))
    if not han:
        return _latin(words)
    foreign = [found for found in words if found[0].islower() and found[0] not in _NEUTRAL]
    if len(foreign) >= 3 or (len(foreign) == 2 and len(han) <= 4):
        return Written("mixed", 0.9 if len(foreign) > 3 else 0.75, tuple(span for _word, span in foreign[:3]))
    return _chinese(read, han)


def _words(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    blanked = _NO_WORDS.sub(lambda found: " " * len(found[0]), text)
    for found in _LATIN.finditer(blanked):
        if len(found[0]) > 1 or found[0] in "aIi":
            yield found[0].replace("’", "'"), found.span()


def _latin(words: list[tuple[str, tuple[int, int]]]) -> Written:
    if not words:
        return Written("other", 0.5)
    small = [word.lower() for word, _span in words]
    english, foreign = sum(one in _ENGLISH for one in small), sum(one in _FOREIGN for one in small)
    marked = sum(not one.isascii() for one in small)
    spans = tuple(span for _word, span in words[:3])
    if not english and any(_MUMBLE.search(one) for one in small):
        return Written("other", 0.8, spans)
    if foreign + marked > english:
        return Written("other", _share(foreign + marked, foreign + marked + english), spans)
    return Written("en", min(0.99, 0.6 + 0.4 * _share(english, len(small))), spans)


def _chinese(text: str, han: list[int]) -> Written:
    simplified = [place for place in han if side_of(text[place]) < 0]
    traditional = [place for place in han if side_of(text[place]) > 0]
    if len(traditional) > len(simplified):
        return Written("zh-Hant", _share(len(traditional), len(traditional) + len(simplified)), _places(traditional))
    if simplified:
        return Written("zh-Hans", _share(len(simplified), len(traditional) + len(simplified)), _places(simplified))
    southern = [found.start() for found in _SOUTHERN.finditer(text)]
    if southern:
        return Written("zh-Hant", 0.8, _places(southern))
    return Written("zh-Hans", 0.7)  # nothing in it is written differently by others


@lru_cache(maxsize=20_000)
def side_of(character: str) -> int:
    """-1 where only Simplified Chinese writes it, 1 where only Traditional does, 0 where both or none do."""
    simplified, traditional = _is_in(character, "gb2312"), _is_in(character, "big5hkscs")
    return int(traditional) - int(simplified)


def _is_in(character: str, code: str) -> bool:
    try:
        character.encode(code)
    except UnicodeEncodeError:
        return False
    return True


def _share(part: int, whole: int) -> float:
    """With one doubt more than there was, so that a single letter is not certain."""
    return round((part + 0.9) / (whole + 1), 2) if whole else 0.5


def _places(places: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple((place, place + 1) for place in places[:3])
