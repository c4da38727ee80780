"""Fixtures for tests that run the product itself."""

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def open_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder the database's user reaches, too, when the tests run as root."""
    made = tmp_path_factory.mktemp("open")
    for path in (made, *made.parents):
        if path.stat().st_mode & 0o055 != 0o055 and path != Path("/"):
            path.chmod(0o755)
    return made
