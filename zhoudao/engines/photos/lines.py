"""Lines of text on a picture, read by the models that come in the wheel of `rapidocr` (PP-OCRv6, small).

The paths of its models are given, so that it looks for nothing anywhere else: where one is missing it is said, and
nothing is fetched.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.engines.photos.found import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

MOST_LINES, _LONGEST = 60, 120
_SIDE = 960  # pixels of the longer side on which lines are looked for
_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
_THREADS = 2


class ModelsMissing(Exception):
    """The models that read text are not where their wheel puts them: install rapidocr anew."""


def lines_on(picture: "Pixels", how: str, *, is_upright: bool = False) -> tuple[Line, ...]:
    """The lines of text on a picture (height × width × 3), from the top. `is_upright`: no line is taken to stand on its
    head, as displays in seven segments seem to (EE is 33).

    Raises: ModelsMissing
    """
    import numpy as np

    said = _reader()(
        np.ascontiguousarray(picture[:, :, ::-1]),
        use_cls=not is_upright,
        return_word_box=True,
        return_single_char_box=True,
    )
    if said.boxes is None or said.txts is None:
        return ()
    signs = [tuple(float(sign[1]) for sign in each) for each in said.word_results or ()]
    if len(signs) != len(said.txts):
        signs = [()] * len(said.txts)
    rows = zip(said.txts, said.scores, said.boxes, signs, strict=True)
    found = [Line(text, float(score), _box(box), how, each) for text, score, box, each in rows if text.strip()]
    return tuple(one for one in found if len(one.text) <= _LONGEST)[:MOST_LINES]


def _box(corners: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in corners)


@lru_cache(maxsize=1)
def _reader() -> Any:
    import logging

    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    missing = [name for name in _MODELS.values() if not (folder / name).is_file()]
    if missing:
        raise ModelsMissing(ModelsMissing.__doc__)
    asked: dict[str, Any] = {f"{step}.model_path": str(folder / name) for step, name in _MODELS.items()}
    asked |= {
        "Global.log_level": "error",
        "Global.text_score": 0.3,
        "Det.limit_type": "max",
        "Det.limit_side_len": _SIDE,
        "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    made = rapidocr.RapidOCR(params=asked)
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return made
