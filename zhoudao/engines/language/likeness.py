"""A text judged by the labelled texts it is like: one linear judge against the rest for each label.

What two texts share (words, letters, sense, ideas) is one number, made steep by an exponential; a label's score is the
sum of that number over all texts learned from, each weighed by what least squares found. Only numbers and names.

Source: regularised least squares, one against the rest (Rifkin and Klautau 2004, "In defense of one-vs-all").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from zhoudao.engines.language.vectors import Block, Taken, encoded, taken

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from scipy.sparse import csr_matrix

    Floats = npt.NDArray[np.float32]

BATCH: Final = 256


class Mix(NamedTuple):
    """How much each sort of likeness counts, how steep the whole is, and how smooth the answer is kept."""

    words: float = 0.5
    letters: float = 0.7
    ideas: float = 0.0  # beside the likeness, not within it: only where the texts are a shop's customers'
    sense: float = 4.0
    steep: float = 0.8
    smooth: float = 0.03


class Seen(NamedTuple):
    """Texts as rows: words, letters and ideas sparse, sense dense (or None where no encoder is used)."""

    words: csr_matrix
    letters: csr_matrix
    ideas: csr_matrix
    sense: Floats | None

    def row(self, place: int) -> Seen:
        """One of the texts, as texts are seen."""
        sense = None if self.sense is None else self.sense[place : place + 1]
        return Seen(self.words[place], self.letters[place], self.ideas[place], sense)


class Evidence(NamedTuple):
    """`text[start:end]` of the original, and how far it moved the score."""

    start: int
    end: int
    weight: float


class Scores(NamedTuple):
    """`all`: (texts, columns), heads side by side; `nearest`: how like the likest text learned from is, from 0;
    `shared`: how like each of them is, kept where evidence is asked for.
    """

    all: Floats
    nearest: Floats
    shared: Floats


@dataclass(frozen=True)
class Likeness:
    """`heads` names stretches of columns, each with its labels in order; `weight` is (texts learned from, columns)."""

    heads: Mapping[str, tuple[str, ...]]
    mix: Mix
    words: Block
    letters: Block
    ideas: Block
    learned: Seen
    weight: Floats
    bias: Floats

    @cached_property
    def _turned(self) -> Seen:
        return turned(self.learned)

    def columns(self, head: str) -> slice:
        """Where a head's labels stand among the columns."""
        first = 0
        for name, labels in self.heads.items():
            if name == head:
                return slice(first, first + len(labels))
            first += len(labels)
        raise KeyError(head)

    def see(self, texts: Sequence[Taken], originals: Sequence[str]) -> Seen:
        """Texts as the model sees them."""
        sense = None if self.learned.sense is None else encoded(originals)
        return Seen(
            self.words.rows(one.words for one in texts),
            self.letters.rows(one.letters for one in texts),
            self.ideas.marks(one.ideas for one in texts),
            sense,
        )

    def scores(self, texts: Sequence[str]) -> Scores:
        """Of each text, in batches: the memory does not grow with their number."""
        import numpy as np

        found = [self.judged(self.see([taken(text) for text in batch], batch)) for batch in _batches(texts)]
        none = np.zeros(0, np.float32)
        if not found:
            return Scores(np.zeros((0, len(self.bias)), np.float32), none, none)
        return Scores(np.concatenate([one.all for one in found]), np.concatenate([one.nearest for one in found]), none)

    def judged(self, seen: Seen) -> Scores:
        """Of texts already seen."""
        shared = likeness(seen, self._turned, self.mix)
        return Scores(shared @ self.weight + self.bias, shared.max(axis=1), shared)

    def evidence(self, text: Taken, seen: Seen, shared: Floats, column: int, *, most: int = 3) -> tuple[Evidence, ...]:
        """The stretches of one text whose pieces speak most for a column: `seen` and `shared` are its rows."""
        import numpy as np

        pull = shared * self.weight[:, column]
        moved = np.zeros(len(text.text) + 1)
        blocks = (
            (self.words, text.words, seen.words, self._turned.words, self.mix.words),
            (self.letters, text.letters, seen.letters, self._turned.letters, self.mix.letters),
            (self.ideas, text.ideas, seen.ideas, self._turned.ideas, self.mix.ideas),
        )
        for block, grams, row, learned, share in blocks:
            if not share:
                continue
            said = row.indices
            weights = dict(zip(said.tolist(), (learned[said] @ pull * row.data * share).tolist(), strict=True))
            for gram in grams:
                place = block.place(gram.name)
                if place is not None:
                    moved[gram.start : gram.end] += weights[place] / (gram.end - gram.start)
        return tuple(_stretches(moved, text.places, most))


def turned(seen: Seen) -> Seen:
    """Rows of texts as rows of pieces, (pieces, texts) and (512, texts): made once, it costs more than its use."""
    sense = None if seen.sense is None else seen.sense.T
    return Seen(seen.words.T.tocsr(), seen.letters.T.tocsr(), seen.ideas.T.tocsr(), sense)


def likeness(seen: Seen, known: Seen, mix: Mix) -> Floats:
    """How like each text is to each learned from, 0 to 1, and the ideas they share beside it; (texts, learned).
    `known` is turned.
    """
    import numpy as np

    alike = (seen.words * mix.words @ known.words + seen.letters * mix.letters @ known.letters).toarray()
    whole = mix.words + mix.letters
    if seen.sense is not None and known.sense is not None:
        alike += mix.sense * (seen.sense @ known.sense)
        whole += mix.sense
    found: Floats = np.exp(2 * mix.steep * (alike / whole - 1)).astype(np.float32, copy=False)
    if mix.ideas:
        found += (seen.ideas * mix.ideas @ known.ideas).toarray()
    return found


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(texts), BATCH):
        yield texts[first : first + BATCH]


def _stretches(moved: npt.NDArray[np.float64], places: Sequence[int], most: int) -> list[Evidence]:
    """Neighbouring places above a quarter of the highest, the strongest first chosen, then in reading order."""
    least = moved.max(initial=0.0) * 0.25
    found: list[Evidence] = []
    start = None
    for place, one in enumerate(moved.tolist()):
        if one > least > 0:
            start = place if start is None else start
        elif start is not None:
            weight = round(float(moved[start:place].sum()), 4)
            found.append(Evidence(places[start], places[place - 1] + 1, weight))
            start = None
    return sorted(sorted(found, key=lambda one: -one.weight)[:most])
