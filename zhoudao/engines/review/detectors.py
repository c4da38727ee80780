"""All detectors, asked one after the other."""

from collections.abc import Callable, Iterator, Mapping

from zhoudao.engines.review.addresses import incomplete, undeliverable
from zhoudao.engines.review.amounts import abnormal_amount, price_mismatch, quantity
from zhoudao.engines.review.facts import Bought, Finding, Known
from zhoudao.engines.review.goods import out_of_stock, sale_stopped
from zhoudao.engines.review.people import duplicate, refund_requested, remark, velocity

Detector = Callable[[Bought, Known], Iterator[Finding]]
DETECTORS: Mapping[str, Detector] = {
    "incomplete": incomplete,
    "undeliverable": undeliverable,
    "duplicate": duplicate,
    "abnormal_amount": abnormal_amount,
    "quantity": quantity,
    "price_mismatch": price_mismatch,
    "velocity": velocity,
    "out_of_stock": out_of_stock,
    "remark": remark,
    "refund_requested": refund_requested,
    "sale_stopped": sale_stopped,
}


def review(bought: Bought, known: Known) -> list[Finding]:
    """All that is odd about an order, in the order of the detectors; nothing for a clean one."""
    return [found for detector in DETECTORS.values() for found in detector(bought, known)]
