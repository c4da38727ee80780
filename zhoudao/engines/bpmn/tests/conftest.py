from collections.abc import Callable

import pytest

from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.engines.bpmn.tests.walking import Walk

Begin = Callable[..., Walk]


@pytest.fixture(params=[False, True], ids=["kept", "restored"])
def begin(request: pytest.FixtureRequest) -> Begin:
    """Starts a run of these lines; every test that uses it is done with and without dump and load between steps."""

    def start(lines: str, *, at: str = "", message: str = "", **data: object) -> Walk:
        return Walk(bpmn(lines), restore=request.param, **data).start(at, message)

    return start
