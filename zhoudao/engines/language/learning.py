"""A model from labelled texts: the same from the same texts, and how sure it may say it is, from texts left out.

Every text is judged as if it had not been learned from: least squares says that exactly, without learning anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhoudao.engines.language.likeness import Likeness, Mix, Seen, likeness, turned
from zhoudao.engines.language.vectors import Block, encoded, taken

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

MOST: Final = 12_000  # texts one model learns from: the time grows with their third power, 12 s here
_LEAST: Final = 20
_SURELY_WRONG: Final = -0.8  # how far another label stands before a text's own when it is left out
_LITTLE: Final = 0.1


class TooFewTexts(ValueError):
    """There are too few labelled texts to learn from, or only one label."""


class TooManyTexts(ValueError):
    """There are more labelled texts than one model learns from."""


class Learned(NamedTuple):
    """The model, and of each text what the model says of it when it is left out; (texts, columns)."""

    model: Likeness
    left_out: Floats
    nearest: Floats  # the likest other text's likeness


def learn(
    texts: Sequence[str],
    heads: Mapping[str, Sequence[str] | Floats],
    *,
    mix: Mix | None = None,
    with_sense: bool = True,
) -> Learned:
    """This will learn all heads at once: of each its label for every text, or a number (a single column, no labels).
    The first is the chief one: a text whose chief label all others contradict counts little.

    Raises: TooFewTexts, TooManyTexts.
    """
    if not len(texts) >= _LEAST:
        raise TooFewTexts(TooFewTexts.__doc__)
    if len(texts) > MOST:
        raise TooManyTexts(TooManyTexts.__doc__)
    apart = [taken(text) for text in texts]
    words = Block.of([one.words for one in apart], least=2)
    letters = Block.of([one.letters for one in apart], least=2)
    ideas = Block.of([one.ideas for one in apart], least=2)
    seen = Seen(
        words.rows(one.words for one in apart),
        letters.rows(one.letters for one in apart),
        ideas.marks(one.ideas for one in apart),
        encoded(texts) if with_sense else None,
    )
    labels, targets = _targets(heads, len(texts))
    chosen = mix or Mix()
    weight, left_out, nearest = _solved(seen, targets, chosen, slice(0, len(next(iter(labels.values())))))
    model = Likeness(labels, chosen, words, letters, ideas, seen, weight, targets.mean(axis=0))
    return Learned(model, left_out, nearest)


def _targets(heads: Mapping[str, Sequence[str] | Floats], count: int) -> tuple[dict[str, tuple[str, ...]], Floats]:
    """A column for each label, 1 where a text has it and -1 where not."""
    import numpy as np

    labels: dict[str, tuple[str, ...]] = {}
    columns: list[Any] = []
    for name, given in heads.items():
        if len(given) != count:
            raise ValueError(f"{name}: {len(given)} labels for {count} texts")
        if isinstance(given, np.ndarray):
            labels[name] = (name,)
            columns.append(given.astype(np.float32)[:, None])
            continue
        labels[name] = tuple(sorted(set(given)))
        if len(labels[name]) < 2:
            raise TooFewTexts(TooFewTexts.__doc__)
        place = {label: at for at, label in enumerate(labels[name])}
        column = np.full((count, len(place)), -1, np.float32)
        column[np.arange(count), [place[label] for label in given]] = 1
        columns.append(column)
    return labels, np.concatenate(columns, axis=1)


def _solved(seen: Seen, targets: Floats, mix: Mix, doubted: slice) -> tuple[Floats, Floats, Floats]:
    """Weights, and each text's scores and nearest likeness when it is left out.

    Twice: what all others say is surely labelled otherwise counts little the second time, since labels err too.
    """
    import numpy as np

    shared = likeness(seen, turned(seen), mix)
    own_likeness = shared.diagonal().copy()
    np.fill_diagonal(shared, 0)
    nearest = shared.max(axis=1)
    trust = np.ones(len(targets), np.float32)
    _weight, left_out = _least_squares(shared, targets, own_likeness + mix.smooth)
    own = np.where(targets[:, doubted] > 0, left_out[:, doubted], -np.inf).max(axis=1)
    other = np.where(targets[:, doubted] > 0, -np.inf, left_out[:, doubted]).max(axis=1)
    trust[own - other < _SURELY_WRONG] = _LITTLE
    weight, left_out = _least_squares(shared, targets, own_likeness + mix.smooth / trust)
    return weight, left_out, nearest


def _least_squares(shared: Floats, targets: Floats, diagonal: Floats) -> tuple[Floats, Floats]:
    """Weights, and scores when left out (Rifkin and Lippert 2007). `shared` is (texts, texts) with any diagonal."""
    import numpy as np
    from scipy.linalg import lapack

    np.fill_diagonal(shared, diagonal)
    factor, failed = lapack.spotrf(shared, lower=1, overwrite_a=0)
    if failed:
        raise FloatingPointError("likeness is not positive definite")
    weight, _ = lapack.spotrs(factor, targets - targets.mean(axis=0), lower=1)
    inverse, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    left_out = targets - weight / np.diagonal(inverse)[:, None]
    return np.ascontiguousarray(weight, np.float32), left_out.astype(np.float32)
