"""One running demo company for all stories."""

import os
import shutil
import signal
from collections.abc import Iterator

import pytest

from tests.conftest import open_to_the_database
from tests.stories.house import DATA, House
from tests.test_run import wait_for

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def started(request: pytest.FixtureRequest) -> Iterator[House]:
    with open_to_the_database(request) as folder:
        made = House(folder / "home")
        try:
            made.start()
            yield made
        finally:
            if made.up:
                made.stop(signal.SIGTERM)


@pytest.fixture
def house(started: House) -> House:
    """Everything is up, the first day was played, and people are at work."""
    wait_for(started.is_ready, 60)
    playing = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'demo.play' AND status IN ('todo', 'doing')"
    wait_for(lambda: started.one(playing) == 0, 240)
    started.begin_work()
    return started


@pytest.fixture
def real_data() -> None:
    if not DATA.exists():
        if os.environ.get("REQUIRE_ALL"):
            pytest.fail(f"REQUIRE_ALL=1 allows no skip, and {DATA} is absent.")
        pytest.skip(f"The real dialogues are absent: {DATA}")
