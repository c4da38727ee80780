"""A shelf with a store."""

import pytest

from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.stock.tests.shelf import Shelf, open_shelf


@pytest.fixture
def shelf(db: None) -> Shelf:
    return open_shelf(Store.objects.create(code="nanjing", names={"zh-Hans": "南京店"}, city="南京"))
