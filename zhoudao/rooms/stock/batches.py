"""Batches: the number a maker puts on goods made together, as it is compared and kept, and as it is found in a scan."""

import re
import unicodedata

from zhoudao.kit.frozen import frozen
from zhoudao.kit.gs1 import FNC1, Elements, has_check_digit, read_elements
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.stock.queries.balances import item_scanned
from zhoudao.rooms.stock.refusals import BatchUnsound

LONGEST = 30
_LABEL = re.compile(r"(?:批[次号號]\s*[:.]?|(?:LOT|BATCH)(?:\s*NO)?\s*[:.])\s*")
_GAPS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BATCH = re.compile(rf"[A-Z0-9][A-Z0-9./_+:#*-]{{0,{LONGEST - 1}}}")
_GTINS = (12, 13, 14)


def batch_of(text: str) -> str:
    """A batch without case, spaces and wide letters; empty where none was given.

    >>> batch_of(" 批号： l2026 - 03ａ ")
    'L2026-03A'

    Raises: BatchUnsound
    """
    if len(text) > 10 * LONGEST:
        raise BatchUnsound(BatchUnsound.__doc__)
    plain = _GAPS.sub(" ", unicodedata.normalize("NFKC", text)).strip().upper()
    plain = _LABEL.sub("", plain, count=1) if _LABEL.match(plain) else plain
    plain = plain.replace(" ", "")
    if plain and not _BATCH.fullmatch(plain):
        raise BatchUnsound(BatchUnsound.__doc__)
    return plain


@frozen
class Labelled:
    """What a scan says of goods: which item of ours, and which batch; either may be unknown."""

    item: Item | None
    batch: str = ""


def goods_scanned(text: str) -> Labelled:
    """The item of this number or barcode, or what a GS1 label says (one statement for what is an item's own).

    Raises: BatchUnsound, by a label with a batch that cannot be kept
    """
    item, own = item_scanned(text), text.strip()
    if item is not None and own in (item.sku, item.barcode):
        return Labelled(item)
    label = _label_in(text)
    return Labelled(item, batch_of(label.batch) if label else "")


def batch_scanned(text: str) -> str:
    """The batch that was scanned or typed by itself; empty where it is none, as the barcode or label of an item that is
    not ours.

    Raises: BatchUnsound
    """
    label = _label_in(text)
    if label is not None:
        return "" if label.gtin else batch_of(label.batch)
    plain = batch_of(text)
    return "" if len(plain) in _GTINS and has_check_digit(plain) else plain


def batch_on_label(text: str) -> str:
    """The batch that was typed, or that the label says which was scanned; empty where none was given.

    >>> batch_on_label("(01)06901234567892(10)l-7"), batch_on_label("10l-7")
    ('L-7', '10L-7')

    Raises: BatchUnsound
    """
    label = _label_in(text)
    return batch_of(label.batch if label else text)


def _label_in(text: str) -> Elements | None:
    """A label that says it is one: what merely begins with 10 may be somebody's batch."""
    label = read_elements(text)
    is_marked = text.strip(" \t\r\n")[:1] in ("(", "]") or FNC1 in text
    return label if label is not None and (label.gtin or is_marked) else None
