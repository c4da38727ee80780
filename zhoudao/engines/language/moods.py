"""How upset a message sounds, 0 (delighted) to 100 (beside themselves): several judges weighed against people's labels.

The judges: labelled texts it is like, what pieces of reviews say, and the words that carry a mood by themselves
(`emotion`, which also says where they stand).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhoudao.engines.language.calibrating import Calibration, calibrated
from zhoudao.engines.language.emotion import Emotion, judge
from zhoudao.engines.language.sentiment import upset_odds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

NEAR: Final = 15  # an emotion is right when a person would say one at most so far away
_STEEP: Final = 3.0


@dataclass(frozen=True)
class Moods:
    """`weight` of the judges (judges,), least squares; `near` the chance to be near, by how far from calm it is."""

    weight: Floats
    near: Calibration

    def judge(
        self, texts: Sequence[str], felt: Floats, sense: Floats | None
    ) -> tuple[list[int], Floats, list[tuple[tuple[int, int], ...]]]:
        """Emotion, chance to be near and the words that say so, of each text. `felt`: what the model says, -1 to 1."""
        import numpy as np

        heard = [judge(text) for text in texts]
        said = _judges(texts, heard, felt, sense) @ self.weight
        emotion = np.clip(np.round(50 + 50 * said), 0, 100).astype(int)
        places = [tuple((one.start, one.end) for one in each.evidence) for each in heard]
        return emotion.tolist(), self.near(-np.abs(emotion - 50).astype(np.float32)), places


def moods(texts: Sequence[str], felt: Floats, sense: Floats | None, labelled: Floats) -> Moods:
    """This will weigh the judges against emotions people gave (0 to 100); `felt` of texts left out."""
    import numpy as np

    judges = _judges(texts, [judge(text) for text in texts], felt, sense)
    wanted = (labelled - 50) / 50
    ridge = 1e-3 * len(texts) * np.eye(judges.shape[1], dtype=np.float32)
    weight = np.linalg.solve(judges.T @ judges + ridge, judges.T @ wanted).astype(np.float32)
    emotion = np.clip(np.round(50 + 50 * judges @ weight), 0, 100)
    is_near = np.abs(emotion - labelled) <= NEAR
    return Moods(weight, calibrated(-np.abs(emotion - 50).astype(np.float32), is_near))


def _judges(texts: Sequence[str], heard: Sequence[Emotion], felt: Floats, sense: Floats | None) -> Floats:
    """(texts, judges): one, the model, reviews, words, and the model where words speak too."""
    import numpy as np

    reviews = np.tanh(upset_odds(texts, sense) / _STEEP)
    words = np.array([-(one.index or 0) / 100 for one in heard], np.float32)
    return np.column_stack([np.ones(len(texts)), felt, reviews, words, felt * np.abs(words)]).astype(np.float32)
