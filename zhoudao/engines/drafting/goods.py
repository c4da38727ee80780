"""Which article of the catalogue words mean: by its number, else by the pieces of its names."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from zhoudao.engines.drafting.facts import Article
from zhoudao.engines.drafting.folded import Folded
from zhoudao.engines.drafting.numerals import quantities
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import fold

_CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"([{_CJK}]+)|([a-z\d.]+(?<!\.))")
_EMPTY = frozenset(
    ["the", "of", "and", "a", "an", "with", "for", "in", "to", "x", "is", "it", "on", "at", "my", "by", "or"]
)
_NEAR = 5  # characters that may stand between two pieces of one name
_CLOSE = 0.85  # of the best: then it may be meant as well
_FEWEST = 0.6  # of a name, where no quantity stands beside it


@frozen
class Mention:
    """An article named at `start:end` of the folded text; `cover` of its name was said. `rivals` may be meant too."""

    start: int
    end: int
    sku: str
    cover: float
    rivals: tuple[str, ...] = ()
    is_number: bool = False


@frozen
class _Piece:
    token: str
    start: int
    end: int


@frozen
class _Hit:
    """Pieces of one name in one place: how much of the name, how many of its characters."""

    name: int
    start: int
    end: int
    matched: int
    cover: float

    @property
    def weight(self) -> float:
        return self.matched * (0.5 + 0.5 * self.cover)


class Catalogue:
    """Articles, ready to be looked for."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._skus: list[str] = []
        self._sizes: list[int] = []
        self._places: list[dict[str, tuple[range, ...]]] = []
        self._holders: dict[str, list[int]] = defaultdict(list)
        self._counted: set[str] = set()
        self._numbers = {article.sku: _number(article.sku) for article in articles}
        for article in articles:
            for name in dict.fromkeys(map(fold, article.names)):
                self._add(article.sku, name)

    def _add(self, sku: str, name: str) -> None:
        places: dict[str, list[range]] = defaultdict(list)
        self._counted.update(_counted_in(name))
        for token, start, end in ((one.token, one.start, one.end) for one in _pieces(name, 0, len(name))):
            places[token].append(range(start, end))
        size = len({place for ranges in places.values() for one in ranges for place in one})
        if not size:
            return
        for token in places:
            self._holders[token].append(len(self._skus))
        self._skus.append(sku)
        self._sizes.append(size)
        self._places.append({token: tuple(ranges) for token, ranges in places.items()})

    def of_names(self, text: str) -> list[tuple[int, int]]:
        """Where numbers stand that are part of a name (四件套), and count nothing."""
        if not self._counted:
            return []
        pattern = "|".join(map(re.escape, sorted(self._counted, key=lambda one: (-len(one), one))))
        return [match.span() for match in re.finditer(pattern, text)]

    def numbered(self, text: Folded) -> list[Mention]:
        """Articles whose number stands in the text."""
        found = [
            Mention(match.start(), match.end(), sku, 1.0, is_number=True)
            for sku, pattern in self._numbers.items()
            if pattern is not None
            for match in pattern.finditer(text.text)
            if text.is_free(match.start(), match.end())
        ]
        kept: list[Mention] = []
        for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
            if not any(one.start < other.end and other.start < one.end for other in kept):
                kept.append(one)
        return kept

    def named(
        self, text: str, start: int, end: int, *, cuts: Sequence[tuple[int, int]], counts: Sequence[tuple[int, int]]
    ) -> list[Mention]:
        """Articles named in a clause, which `cuts` part: a name that goes on behind one is two mentions. Beside one of
        `counts` fewer words are enough.
        """
        pieces = [piece for part in _parts(start, end, cuts) for piece in _pieces(text, *part)]
        found: list[Mention] = []
        while len(found) < 20:
            mention = self._best(pieces, cuts, counts)
            if mention is None:
                break
            found.append(mention)
            pieces = [one for one in pieces if one.end <= mention.start or one.start >= mention.end]
        return sorted(found, key=lambda one: one.start)

    def closest(self, skus: Sequence[str], text: str, start: int, end: int) -> str:
        """Which of several articles the words of a piece of text speak for: '' where they do not tell them apart."""
        said = {piece.token for piece in _pieces(text, start, end)}
        scores = {sku: self._said_of(sku, said) for sku in skus}
        best = max(scores.values(), default=0)
        leading = [sku for sku, score in scores.items() if score == best]
        return leading[0] if len(leading) == 1 else ""

    def _said_of(self, sku: str, said: set[str]) -> int:
        names = [self._places[name] for name, one in enumerate(self._skus) if one == sku]
        return max((sum(len(token) for token in places if token in said) for places in names), default=0)

    def _best(
        self, pieces: Sequence[_Piece], cuts: Sequence[tuple[int, int]], counts: Sequence[tuple[int, int]]
    ) -> Mention | None:
        hits = [hit for hit in self._hits(pieces, cuts) if _is_enough(hit, counts)]
        if not hits:
            return None
        best = max(hits, key=lambda hit: (hit.weight, -hit.start))
        close = [hit for hit in hits if hit.weight >= best.weight * _CLOSE and hit.start < best.end > hit.start]
        close = [hit for hit in close if best.start < hit.end]
        if best.cover == 1:
            close = [hit for hit in close if hit.cover == 1 and hit.matched >= best.matched]
        others = dict.fromkeys(self._skus[hit.name] for hit in sorted(close, key=lambda hit: -hit.weight))
        sku = self._skus[best.name]
        others.pop(sku, None)
        return Mention(best.start, best.end, sku, best.cover, tuple(others)[:7])

    def _hits(self, pieces: Sequence[_Piece], cuts: Sequence[tuple[int, int]]) -> Iterator[_Hit]:
        where: dict[int, list[_Piece]] = defaultdict(list)
        for piece in pieces:
            for name in self._holders.get(piece.token, ()):
                where[name].append(piece)
        for name, found in where.items():
            for group in _grouped(found, cuts):
                yield self._hit(name, group)

    def _hit(self, name: int, group: Sequence[_Piece]) -> _Hit:
        said: set[int] = set()
        for token in {piece.token for piece in group}:
            for one in self._places[name][token]:
                said.update(one)
        return _Hit(name, group[0].start, group[-1].end, len(said), len(said) / self._sizes[name])


def _is_enough(hit: _Hit, counts: Sequence[tuple[int, int]]) -> bool:
    if hit.matched < 2:
        return False
    is_beside = any(0 <= hit.start - end <= _NEAR or 0 <= start - hit.end <= _NEAR for start, end in counts)
    return is_beside or hit.cover >= _FEWEST


def _counted_in(name: str) -> Iterator[str]:
    """The numbers with measure words in a name, each with a letter more by which it is told."""
    for one in quantities(name, 0, len(name)):
        if one.is_counted:
            yield name[one.start : one.end + 1] if one.end < len(name) else name[max(0, one.start - 1) : one.end]


def _pieces(text: str, start: int, end: int) -> list[_Piece]:
    """Words, pairs of characters, and the seam of both (T恤)."""
    found: list[_Piece] = []
    last = -1
    for match in _RUN.finditer(text, start, end):
        han, word = match.groups()
        first = match.start()
        if first == last:
            found.append(_Piece(text[first - 1 : first + 1], first - 1, first + 1))
        if word and word not in _EMPTY:
            found.append(_Piece(_stem(word), first, match.end()))
        elif han and len(han) == 1:
            found.append(_Piece(han, first, first + 1))
        elif han:
            found += [_Piece(han[place : place + 2], first + place, first + place + 2) for place in range(len(han) - 1)]
        last = match.end()
    return found


def _stem(word: str) -> str:
    """One word for one and many."""
    if len(word) > 4 and word.endswith("es") and word[-3] in "sxzh":
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word


def _parts(start: int, end: int, cuts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What stands between quantities."""
    place = start
    for first, last in sorted(cuts):
        if first > place:
            yield place, first
        place = max(place, last)
    if place < end:
        yield place, end


def _grouped(found: Sequence[_Piece], cuts: Sequence[tuple[int, int]]) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    for piece in found:
        if group and (piece.start - group[-1].end > _NEAR or _between(group[-1].end, piece.start, cuts)):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _between(left: int, right: int, cuts: Sequence[tuple[int, int]]) -> bool:
    return any(left <= start < right or left < end <= right for start, end in cuts)


def _number(sku: str) -> re.Pattern[str] | None:
    """How a number may be written or said: with or without its strokes. Short or plain ones mean too much."""
    runs = re.findall(r"[a-z]+|\d+|[^\W\da-z_]+", fold(sku))
    size = sum(map(len, runs))
    if size < 3 or (size < 5 and len(runs) == 1):
        return None
    return re.compile(r"(?<![a-z\d])" + r"[\s\-_./杠]{0,2}".join(map(re.escape, runs)) + r"(?![a-z\d])")
