"""What the tests of triage share."""

import pytest

from zhoudao.rooms.cases.tests.shop import Shop, open_shop


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    """A shop whose customers write."""
    return open_shop()
