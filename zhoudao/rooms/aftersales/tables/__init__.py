"""The decision tables after-sales come with: what a customer may ask for, and who may pay how much back. The policy's
first rows are presets after China's terms for distance sales and repair-exchange-return goods: check them with counsel.
"""

from datetime import datetime
from pathlib import Path

from zhoudao.ground.decisions.commands import ensure_published
from zhoudao.ground.decisions.offers import offer

POLICY = "aftersales.policy"
ASKED_WITH = dict.fromkeys(
    ("kind", "reason", "fault", "sku", "source", "store", "grade", "value_class", "currency"), "string"
) | {"days": "number", "amount": "number"}
APPROVAL = "aftersales.approval"
APPROVED_WITH = {"role": "string", "amount": "number", "currency": "string", "kind": "string", "exception": "boolean"}
offer(POLICY, ASKED_WITH)
offer(APPROVAL, APPROVED_WITH)


def ensure_default_tables(at: datetime) -> None:
    """This will publish the tables beside this file that nobody has published yet."""
    ensure_published(Path(__file__).parent, at=at)
