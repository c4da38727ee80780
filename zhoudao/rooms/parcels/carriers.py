"""Carriers by code: what people call them. Any other code is a carrier too, called by its code."""

import re

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

CARRIERS: dict[str, LazyText] = {
    "sf": pgettext_lazy("carrier", "SF Express"),
    "jd": pgettext_lazy("carrier", "JD Logistics"),
    "ems": pgettext_lazy("carrier", "EMS"),
    "zto": pgettext_lazy("carrier", "ZTO Express"),
    "yto": pgettext_lazy("carrier", "YTO Express"),
    "sto": pgettext_lazy("carrier", "STO Express"),
    "yunda": pgettext_lazy("carrier", "Yunda Express"),
    "jt": pgettext_lazy("carrier", "J&T Express"),
    "deppon": pgettext_lazy("carrier", "Deppon"),
    "dhl": pgettext_lazy("carrier", "DHL"),
    "ups": pgettext_lazy("carrier", "UPS"),
    "fedex": pgettext_lazy("carrier", "FedEx"),
    "own": pgettext_lazy("carrier", "Our own delivery"),
}
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,29}", re.ASCII)
_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}", re.ASCII)
_BETWEEN = re.compile(r"[\s\u200b\ufeff]+")


def tidied_number(text: str) -> str:
    """A tracking number as it is kept: capitals, no blanks."""
    return _BETWEEN.sub("", text).upper()


def is_number(text: str) -> bool:
    """Whether a tidied text may be a tracking number."""
    return bool(_NUMBER.fullmatch(text)) and any(letter.isdigit() for letter in text)


def is_code(text: str) -> bool:
    """Whether this may be a carrier's code."""
    return bool(_CODE.fullmatch(text))


def called(code: str) -> str:
    """A carrier in the reader's language."""
    return str(CARRIERS.get(code, code))
