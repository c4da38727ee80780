"""The decision tables repairs come with: how long what is under warranty, and what a symptom means. The terms are
presets after China's rules for repair, exchange and return (三包): check them with counsel.
"""

from datetime import datetime
from pathlib import Path

from zhoudao.ground.decisions.commands import ensure_published
from zhoudao.ground.decisions.offers import offer

WARRANTY, TRIAGE = "repairs.warranty", "repairs.triage"
WARRANTY_WITH = dict.fromkeys(("sku", "brand", "category", "channel", "store", "part"), "string")
TRIAGE_WITH = dict.fromkeys(("sku", "brand", "category", "error_code", "symptom"), "string")
offer(WARRANTY, WARRANTY_WITH)
offer(TRIAGE, TRIAGE_WITH)


def ensure_default_tables(at: datetime) -> None:
    """This will publish the tables beside this file that nobody has published yet."""
    ensure_published(Path(__file__).parent, at=at)
