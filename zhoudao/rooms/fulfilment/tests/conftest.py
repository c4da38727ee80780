"""A depot."""

import pytest

from zhoudao.rooms.fulfilment.tests.depot import Depot, open_depot


@pytest.fixture
def depot(db: None) -> Depot:
    return open_depot()
