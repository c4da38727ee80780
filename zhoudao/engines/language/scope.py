"""How sure an answer is right, out-of-scope questions counted: one chance from several signs.

A question nobody meant can look like a known one. So the chance is learned from questions that are in scope and others
that are not, by how far the first label stands before the second, how strongly it is felt, how near the likest text
learned from is, and how much the question is like those that were out of scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhoudao.engines.language.calibrating import Calibration, calibrated, margins

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

OUTSIDE: Final = ""  # the label of what nobody should answer
_LEAST_LIKE: Final = 1e-6


@dataclass(frozen=True)
class Gate:
    """`weight` is of the signs, `bias` beside them; `chance` what the sum comes to. (4,) float32."""

    weight: Floats
    bias: float
    chance: Calibration

    def __call__(self, signs: Floats) -> Floats:
        """The chance that the first label is right, of each text; `signs` as `signs_of` gives them."""
        return self.chance(signs @ self.weight + self.bias)


def signs_of(scores: Floats, nearest: Floats, labels: tuple[str, ...]) -> tuple[npt.NDArray[np.intp], Floats]:
    """The place of each text's first label, out of scope never, and its four signs. `scores` is (texts, labels)."""
    import numpy as np

    outside = scores[:, labels.index(OUTSIDE)] if OUTSIDE in labels else np.full(len(scores), -1, np.float32)
    inside = scores.copy()
    if OUTSIDE in labels:
        inside[:, labels.index(OUTSIDE)] = -np.inf
    first, margin = margins(inside)
    near = np.log(nearest + _LEAST_LIKE)
    return first, np.column_stack([margin, inside.max(axis=1), near, outside]).astype(np.float32)


def gate(signs: Floats, is_right: npt.NDArray[np.bool_], is_outside: npt.NDArray[np.bool_]) -> Gate:
    """This will learn a gate from texts left out; those out of scope are never right, and weigh at least a quarter."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    share = max(1.0, 0.25 * len(is_right) / max(1, int(is_outside.sum())))
    judge = LogisticRegression(C=100.0, max_iter=1000)
    judge.fit(signs, is_right & ~is_outside, sample_weight=np.where(is_outside, share, 1.0))
    weight, bias = judge.coef_[0].astype(np.float32), float(judge.intercept_[0])
    return Gate(weight, bias, calibrated(signs @ weight + bias, is_right & ~is_outside))
