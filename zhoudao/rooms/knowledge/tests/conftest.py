"""A writer, an approver and a reader."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.knowledge.drafts import Draft
from zhoudao.rooms.knowledge.models import Version
from zhoudao.rooms.knowledge.tests.library import draft, published, somebody


@dataclass
class Library:
    """People who write, approve and read, and the time."""

    writer: Viewer
    manager: Viewer
    reader: Viewer
    now: datetime = datetime(2026, 3, 10, 2, tzinfo=UTC)

    def later(self, **units: float) -> datetime:
        self.now += timedelta(**units)
        return self.now

    def publishes(self, code: str = "return", wanted: Draft | None = None, **more: Any) -> Version:
        """Written by the writer, approved by the manager."""
        return published(code, wanted or draft(), by=self.writer, approver=self.manager, at=self.now, **more)


@pytest.fixture
def library(db: None) -> Library:
    return Library(
        somebody("writer", "agent"), somebody("manager", "process_manager"), somebody("reader", "warehouse_worker")
    )
