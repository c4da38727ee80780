"""The decision table orders come with: what holds an order. Managers publish other versions."""

from datetime import datetime
from pathlib import Path

from zhoudao.ground.decisions.commands import ensure_published
from zhoudao.ground.decisions.offers import offer

FINDINGS = "orders.findings"
ASKED_WITH = {"score": "number", "amount": "number"} | dict.fromkeys(("finding", "kind", "payment", "source"), "string")
offer(FINDINGS, ASKED_WITH)


def ensure_default_tables(at: datetime) -> None:
    """This will publish the table beside this file if nobody has published one yet."""
    ensure_published(Path(__file__).parent, at=at)
