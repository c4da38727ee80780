"""The decision tables orders come with: what holds one, and by what its places are chosen. Managers publish others."""

from datetime import datetime
from pathlib import Path

from zhoudao.ground.decisions.commands import ensure_published
from zhoudao.ground.decisions.offers import offer

FINDINGS = "orders.findings"
ASKED_WITH = {"score": "number", "amount": "number"} | dict.fromkeys(("finding", "kind", "payment", "source"), "string")
ALLOCATION = "orders.allocation"
CHOSEN_WITH = dict.fromkeys(("source", "store", "province", "city"), "string") | dict.fromkeys(
    ("amount", "pieces", "lines"), "number"
)
offer(FINDINGS, ASKED_WITH)
offer(ALLOCATION, CHOSEN_WITH)


def ensure_default_tables(at: datetime) -> None:
    """This will publish the tables beside this file that nobody has published yet."""
    ensure_published(Path(__file__).parent, at=at)
