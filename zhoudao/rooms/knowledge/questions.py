"""A question cut into the pieces that an article which answers it would hold, and how well it holds them.

Chinese gives its neighbouring pairs of characters, other scripts their words without a usual ending; words that stand
in any question (怎么, 请问, how, the …) are left out where anything else is asked.
"""

import re
from collections.abc import Sequence

from zhoudao.kit.frozen import frozen
from zhoudao.kit.grams import needs
from zhoudao.kit.text import fold

LONGEST, MOST_PIECES = 200, 40
ENOUGH, ENOUGH_HEADING = 0.6, 0.5
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_ASKING = re.compile(
    "请问|你好|您好|什么时候|怎么办|怎么样|怎么|怎样|如何|可以|能不能|可不可以|能否|是否|是不是|有没有|要不要|多久|多少"
    "|(?<![功性节智])能(?![量力源耗效])|(?<![重主])要(?![求点素])"
    "|什么|为什么|哪里|哪儿|哪个|谁|几时|我的|我想|我要|想要|你们|我们|您们|一下|这个|那个|[吗呢吧啊呀哦嘛的了我你您它他她]"
)
_PLAIN = frozenset(
    re.findall(
        r"\w+",
        "a an the i my me we our you your it its is are was do does did can could may how what when where which who "
        "why will would should to of for in on at by from with and or if be been have has had not please hi hello "
        "there this that get got want need am long much many",
    )
)
_ENDINGS = ("ing", "ies", "ied", "ed", "es", "s")


@frozen
class Piece:
    """Part of a question, folded, and how much of the question it is."""

    text: str
    weight: int


@frozen
class Fit:
    """How much of a question, 0 to 1, an article holds, and how much its titles and questions do."""

    whole: float
    heading: float

    @property
    def is_enough(self) -> bool:
        """Whether it may well be an answer."""
        return self.whole >= ENOUGH or self.heading >= ENOUGH_HEADING

    @property
    def rank(self) -> float:
        """What is found in titles counts three times."""
        return self.whole + 2 * self.heading


def pieces_of(question: str) -> tuple[Piece, ...]:
    """What an answer would hold, without repeats; empty for a question without letters."""
    folded = fold(question.replace("\0", " "))[:LONGEST]
    told = _cut(_ASKING.sub(" ", folded), is_plain=True) or _cut(folded, is_plain=False)
    return tuple({piece.text: piece for piece in told}.values())[:MOST_PIECES]


def asked_for(piece: Piece) -> str:
    """A query for texts that may hold a piece."""
    found = needs([piece.text])
    wanted = [f"'{one}'" for one in found.grams] + [f"'{one}':*" for one in found.beginnings]
    return " & ".join(wanted)


def fit(pieces: Sequence[Piece], words: str, heading: str) -> Fit:
    """How well folded words answer the question."""
    whole = sum(piece.weight for piece in pieces)
    if not whole:
        return Fit(0, 0)
    held = sum(piece.weight for piece in pieces if piece.text in words)
    named = sum(piece.weight for piece in pieces if piece.text in heading)
    return Fit(held / whole, named / whole)


def _cut(folded: str, *, is_plain: bool) -> list[Piece]:
    found: list[Piece] = []
    for match in _RUN.finditer(folded):
        run = match[0]
        if run[0] > "\u2e7f":
            pairs = [run[place : place + 2] for place in range(len(run) - 1)]
            found += [Piece(one, 2) for one in pairs] or [Piece(run, 1)] * (not is_plain)
        elif not (is_plain and (run in _PLAIN or len(run) < 2)):
            found.append(Piece(_stem(run), 3))
    return found


def _stem(word: str) -> str:
    """Without a usual ending, so that returns, returned and returning find return."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4 and word.isascii():
            return word.removesuffix(ending)
    return word
