"""Finding the entry that answers a question: by its sense and by its letters, over all ways an entry may be asked for.

Both sides are folded to Simplified Chinese. An entry may come and go at any time; what it costs is paid at the next
search. All of it is plain arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from zhoudao.engines.language.grams import BITS
from zhoudao.engines.language.packing import Arrays, NoModel, packed, unpacked
from zhoudao.engines.language.sentiment import hashes
from zhoudao.engines.language.vectors import DIMENSIONS, encoded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from scipy.sparse import csr_matrix

    Floats = npt.NDArray[np.float32]
    Ints = npt.NDArray[np.int32]

MOST: Final = 200_000  # phrasings in one index: 0.4 GB of sense
_LETTERS: Final = 0.5  # how much the letters count beside the sense
_SHARP: Final = 12.0  # one phrasing that fits well says more than many that fit somewhat
_KIND: Final = "retrieval"


class IndexFull(ValueError):
    """This index holds as many phrasings as it can."""


class Found(NamedTuple):
    """An entry, how well it fits (1 and more: the same words), and which phrasing fits best."""

    key: str
    score: float
    phrasing: int


@dataclass
class _Entry:
    sense: Floats  # (phrasings, 512)
    pieces: list[Ints]  # of each phrasing, its places among 2**18


class _Settled(NamedTuple):
    keys: tuple[str, ...]
    starts: npt.NDArray[np.intp]
    sense: Floats
    letters: csr_matrix  # (pieces, phrasings)
    rarity: Floats


class Index:
    """Entries by key, each with the ways it may be asked for."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._settled: _Settled | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def add(self, phrasings: Mapping[str, Sequence[str]]) -> None:
        """This will put entries in, in place of those of the same keys; one without a phrasing is taken out.

        Raises: IndexFull.
        """
        import numpy as np

        self.remove(phrasings)
        texts = [text for ways in phrasings.values() for text in ways]
        if len(texts) + sum(len(one.pieces) for one in self._entries.values()) > MOST:
            raise IndexFull(IndexFull.__doc__)
        sense, at = encoded(texts), 0
        for key, ways in phrasings.items():
            if ways:
                pieces = [np.array(hashes(text), np.int32) for text in ways]
                self._entries[key] = _Entry(sense[at : at + len(ways)], pieces)
            at += len(ways)
        self._settled = None

    def remove(self, keys: Iterable[str]) -> None:
        """This will take entries out; those that are not there stay so."""
        for key in list(keys):
            if self._entries.pop(key, None):
                self._settled = None

    def search(self, question: str, *, most: int = 5) -> list[Found]:
        """The entries that fit best, the best first; 10,000 of three phrasings take some 20 ms."""
        import numpy as np

        if not self._entries or not question.strip():
            return []
        settled = self._settle()
        places = np.array(hashes(question), np.int32)
        weights = settled.rarity[places]
        length = float(np.linalg.norm(weights)) or 1.0
        letters = np.asarray(settled.letters[places].T @ (weights / length)).ravel()
        alike = settled.sense @ encoded([question])[0] + _LETTERS * letters
        sums = np.add.reduceat(np.exp(_SHARP * (alike - 1)), settled.starts)
        order = np.argsort(-sums, kind="stable")[:most]
        ends = [*settled.starts[1:].tolist(), len(alike)]
        found = []
        for place in order.tolist():
            first = int(settled.starts[place])
            best = int(alike[first : ends[place]].argmax())
            found.append(Found(settled.keys[place], float(1 + np.log(sums[place]) / _SHARP), best))
        return found

    def _settle(self) -> _Settled:
        import numpy as np
        from scipy.sparse import csr_matrix, diags

        if self._settled is not None:
            return self._settled
        entries = list(self._entries.values())
        pieces = [one for entry in entries for one in entry.pieces]
        ends = np.cumsum([0, *map(len, pieces)])
        flat = np.concatenate(pieces)
        count = np.bincount(flat, minlength=1 << BITS)
        rarity = (np.log((1 + len(pieces)) / (1 + count)) + 1).astype(np.float32)
        rows = csr_matrix((rarity[flat], flat, ends), (len(pieces), 1 << BITS))
        lengths = (
            np.sqrt(np.add.reduceat(np.append(rarity[flat] ** 2, 0), ends[:-1])) if len(flat) else np.ones(len(pieces))
        )
        letters = (diags((1 / np.maximum(lengths, 1e-6)).astype(np.float32)) @ rows).T.tocsr()
        sizes = [len(one.pieces) for one in entries]
        starts = np.cumsum([0, *sizes[:-1]])
        sense = np.concatenate([one.sense for one in entries])
        self._settled = _Settled(tuple(self._entries), starts, sense, letters, rarity)
        return self._settled

    def to_bytes(self) -> bytes:
        """The index as a file of plain arrays."""
        import numpy as np

        entries = self._entries.values()
        pieces = [one for entry in entries for one in entry.pieces]
        told = {"keys": list(self._entries)}
        arrays: Arrays = {
            "phrasings": np.array([len(one.pieces) for one in entries], np.int32),
            "pieces": np.array([len(one) for one in pieces], np.int32),
            "places": np.concatenate(pieces) if pieces else np.zeros(0, np.int32),
            "sense": np.concatenate([one.sense for one in entries] or [np.zeros((0, DIMENSIONS), np.float32)]).astype(
                np.float16
            ),
        }
        return packed(_KIND, told, arrays)

    @classmethod
    def from_bytes(cls, content: bytes) -> Index:
        """What `to_bytes` wrote.

        Raises: NoModel.
        """
        import numpy as np

        told, kept = unpacked(content, _KIND)
        index = cls()
        try:
            counts, lengths, places = kept["phrasings"], kept["pieces"], kept["places"].astype(np.int32)
            sense = kept["sense"].astype(np.float32)
            sound = [
                len(told["keys"]) == len(counts), counts.sum() == len(lengths) == len(sense),
                lengths.sum() == len(places),
                sense.shape[1] == DIMENSIONS, not len(places) or (places.min() >= 0 and places.max() < 1 << BITS),
            ]  # fmt: skip
            if not all(sound):
                raise ValueError("shapes")
            cuts = np.split(places, np.cumsum(lengths)[:-1]) if len(lengths) else []
            at = 0
            for key, count in zip(told["keys"], counts.tolist(), strict=True):
                index._entries[str(key)] = _Entry(sense[at : at + count], cuts[at : at + count])
                at += count
        except (KeyError, TypeError, ValueError, IndexError) as fault:
            raise NoModel(NoModel.__doc__) from fault
        return index
