"""The file of the weights: small, checked, and loaded by nobody who does not judge."""

import subprocess
import sys

import pytest

from zhoudao.engines.language.grams import BITS
from zhoudao.engines.language.weights import FILE, DamagedWeights, pack, unpack, weights


def test_the_shipped_file_is_small_and_whole() -> None:
    """At most 300 kB on disk and in memory, one step for every hash."""
    assert FILE.stat().st_size <= 300_000
    assert len(weights().steps) == 1 << BITS
    assert 0 < weights().scale < 1


def test_weights_come_back_as_they_were_packed() -> None:
    """To half a step."""
    values = [((place * 37) % 101 - 50) / 10 for place in range(1 << BITS)]
    known = unpack(pack(values, version=3))
    assert known.version == 3
    assert (
        max(abs(step * known.scale - value) for step, value in zip(known.steps, values, strict=True)) <= known.scale / 2
    )


@pytest.mark.parametrize("place", [0, 5, 8, 20, 100, 50_000])
def test_a_changed_byte_is_noticed(place: int) -> None:
    """Wherever it is."""
    content = bytearray(FILE.read_bytes())
    content[place] ^= 0xFF
    with pytest.raises(DamagedWeights):
        unpack(bytes(content))


@pytest.mark.parametrize("content", [b"", b"ZDEMO", b"x" * 400_000])
def test_another_file_is_refused(content: bytes) -> None:
    """Too short, too long, or nothing of ours."""
    with pytest.raises(DamagedWeights):
        unpack(content)


def test_a_file_cut_short_is_refused() -> None:
    """As an interrupted copy leaves it."""
    with pytest.raises(DamagedWeights):
        unpack(FILE.read_bytes()[:-10])


def test_importing_loads_no_weights() -> None:
    """Pages import the words of emotions; the weights are read where messages are judged."""
    code = "import sys; from zhoudao.engines.language import weights as w; sys.exit(w.weights.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
