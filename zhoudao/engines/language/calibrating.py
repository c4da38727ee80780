"""How often the first label is right, by how far it stands before the second: learned on texts left out.

Source: isotonic regression on scores (Zadrozny and Elkan 2002), kept as the corners of its steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_BINS: Final = 15
_DOUBT: Final = 1.0  # of a step's texts, half a right and half a wrong one more than there were


@dataclass(frozen=True)
class Calibration:
    """`chance` at `margin`, straight lines between; both rise. (corners,) float32 each."""

    margin: Floats
    chance: Floats

    def __call__(self, margin: Floats) -> Floats:
        """The chance of being right, 0 to 1, of each margin."""
        import numpy as np

        return np.interp(margin, self.margin, self.chance).astype(np.float32)


def calibrated(margin: Floats, is_right: npt.NDArray[np.bool_]) -> Calibration:
    """This will learn the chances; at least one text is needed."""
    import numpy as np
    from sklearn.isotonic import IsotonicRegression

    rising = IsotonicRegression(out_of_bounds="clip").fit(margin, is_right)
    step = rising.predict(margin)
    corners: list[tuple[float, float]] = []
    for value in np.unique(step):
        inside = margin[step == value]
        chance = (value * len(inside) + _DOUBT / 2) / (len(inside) + _DOUBT)
        corners.append((float(np.median(inside)), float(chance)))
    where, chance = np.array(corners, np.float32).T
    return Calibration(where, np.maximum.accumulate(chance))


def margins(scores: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """The first label of each text (texts, labels) and how far it stands before the second."""
    import numpy as np

    best = scores.argmax(axis=1)
    two = np.partition(scores, -2, axis=1)
    return best, two[:, -1] - two[:, -2]


def calibration_error(chance: Floats, is_right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error over fifteen equal bins: how far what was said is from what came, 0 to 1."""
    import numpy as np

    place = np.minimum((chance * _BINS).astype(int), _BINS - 1)
    said = np.bincount(place, chance, _BINS)
    came = np.bincount(place, is_right, _BINS)
    return float(np.abs(said - came).sum() / max(1, len(chance)))
