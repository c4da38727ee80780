"""A triage learned from half of the labelled messages, without the encoder: a second instead of ten."""

import pytest

from zhoudao.engines.language.labelled import labelled
from zhoudao.engines.language.training import Figures, train
from zhoudao.engines.language.triage import Triager


@pytest.fixture(scope="session")
def trained() -> tuple[Triager, Figures]:
    """The triage and its figures on messages left out."""
    return train(labelled()[::2], with_sense=False)
