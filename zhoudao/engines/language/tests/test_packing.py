"""A model file that is none says so, whatever is in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.engines.language import sentiment
from zhoudao.engines.language.keeping import from_bytes
from zhoudao.engines.language.packing import NoModel, packed, unpacked


def test_what_is_kept_comes_back() -> None:
    import numpy as np

    numbers = np.arange(6, dtype=np.float32).reshape(2, 3)
    told, arrays = unpacked(packed("test", {"a": "周到"}, {"numbers": numbers}), "test")
    assert told == {"a": "周到"}
    assert (arrays["numbers"] == numbers).all()


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=200))
def test_anything_else_is_no_model(content: bytes) -> None:
    for read in (from_bytes, sentiment.from_bytes):
        with pytest.raises(NoModel):
            read(content)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_one_changed_byte_is_seen(data: st.DataObject) -> None:
    import numpy as np

    content = bytearray(packed("test", {}, {"numbers": np.ones(8, np.float32)}))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NoModel):
        unpacked(bytes(content), "test")


def test_a_model_of_another_thing_is_none() -> None:
    with pytest.raises(NoModel):
        from_bytes(sentiment.FILE.read_bytes())


def test_objects_are_not_kept() -> None:
    import numpy as np

    with pytest.raises(TypeError):
        packed("test", {}, {"objects": np.array([{"a": 1}])})
