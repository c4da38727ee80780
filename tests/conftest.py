"""Fixtures for tests that run the product itself."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def open_to_the_database(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder the database's user reaches, too, when the tests run as root; left to be read when a test failed.

    Not one of pytest's: each of its runs closes the folder above all of them to others, also while another run's
    database works there.
    """
    made = Path(tempfile.mkdtemp(prefix="zhoudao-open-"))
    made.chmod(0o755)
    yield made
    if not request.session.testsfailed:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def open_folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    """One such folder for the tests of a module."""
    with open_to_the_database(request) as made:
        yield made
