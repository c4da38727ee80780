"""A model of likeness as bytes, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from zhoudao.engines.language.likeness import Likeness, Mix, Seen
from zhoudao.engines.language.packing import Arrays, NoModel, packed, unpacked
from zhoudao.engines.language.vectors import DIMENSIONS, Block

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_KIND: Final = "likeness"


def to_bytes(model: Likeness, *, more: Mapping[str, Any], arrays: Arrays) -> bytes:
    """The model, with what whoever uses it has to say (JSON) and to keep (arrays, named with a dot) beside it."""
    import numpy as np

    told = {"heads": {name: list(labels) for name, labels in model.heads.items()}, "mix": list(model.mix)}
    told |= {
        "words": list(model.words.names),
        "letters": list(model.letters.names),
        "ideas": list(model.ideas.names),
        "more": dict(more),
    }
    kept: Arrays = {"weight": model.weight, "bias": model.bias}
    kept |= {"words rarity": model.words.rarity, "letters rarity": model.letters.rarity}
    kept |= {"ideas rarity": model.ideas.rarity} | _rows("ideas", model.learned.ideas)
    kept |= _rows("words", model.learned.words) | _rows("letters", model.learned.letters)
    if model.learned.sense is not None:
        kept["sense"] = model.learned.sense.astype(np.float16)
    return packed(_KIND, told, kept | arrays)


def from_bytes(content: bytes) -> tuple[Likeness, Any, Arrays]:
    """What `to_bytes` packed: the model, what was said beside it, and all arrays.

    Raises: NoModel.
    """
    import numpy as np

    told, kept = unpacked(content, _KIND)
    try:
        words = Block(tuple(told["words"]), kept["words rarity"])
        letters = Block(tuple(told["letters"]), kept["letters rarity"])
        ideas = Block(tuple(told["ideas"]), kept["ideas rarity"])
        sense = kept["sense"].astype(np.float32) if "sense" in kept else None
        rows = (
            _matrix("words", kept, len(words.names)),
            _matrix("letters", kept, len(letters.names)),
            _matrix("ideas", kept, len(ideas.names)),
        )
        heads = {name: tuple(labels) for name, labels in told["heads"].items()}
        model = Likeness(
            heads, Mix(*told["mix"]), words, letters, ideas, Seen(*rows, sense), kept["weight"], kept["bias"]
        )
        _check(model)
        return model, told["more"], kept
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
        raise NoModel(NoModel.__doc__) from fault


def _check(model: Likeness) -> None:
    count, columns = model.weight.shape
    sense = model.learned.sense
    fits = [
        model.learned.words.shape[0] == model.learned.letters.shape[0] == count,
        sense is None or sense.shape == (count, DIMENSIONS),
        columns == len(model.bias) == sum(map(len, model.heads.values())),
        all(len(one.names) == len(one.rarity) for one in (model.words, model.letters, model.ideas)),
        model.learned.ideas.shape[0] == count,
    ]
    if not all(fits):
        raise ValueError("shapes")


def _rows(name: str, rows: csr_matrix) -> Arrays:
    import numpy as np

    return {
        f"{name} ends": rows.indptr.astype(np.int32),
        f"{name} places": rows.indices.astype(np.int32),
        f"{name} values": rows.data.astype(np.float16),
    }


def _matrix(name: str, kept: Arrays, width: int) -> csr_matrix:
    """Raises: ValueError (rows that point outside of it)"""
    import numpy as np
    from scipy.sparse import csr_matrix

    ends, places = kept[f"{name} ends"], kept[f"{name} places"]
    rows = csr_matrix((kept[f"{name} values"].astype(np.float32), places, ends), (len(ends) - 1, width))
    rows.check_format(full_check=True)
    return rows
