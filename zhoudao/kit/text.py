"""People's words: folded for search, masked for screens, written one way for comparison."""

import json
import re
import unicodedata
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import cache
from typing import Literal

import opencc

Kind = Literal["phone", "id", "card", "email"]


class _Simplified(dict[int, str]):
    """Character by character, so that any piece of a text folds to the same piece of the folded text."""

    def __missing__(self, code: int) -> str:
        self[code] = _converter().convert(chr(code)) if code > 0x2E7F else chr(code)
        return self[code]


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


_simplified = _Simplified()


def fold(text: str) -> str:
    """One form for every way to write the same: width, case, traditional or simplified."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_simplified)


# JSON with letters as they are. Asked for that, `json.dumps` makes an encoder for every value.
plain_json = json.JSONEncoder(ensure_ascii=False).encode


def clip(text: str, n: int) -> str:
    """At most `n` characters, the last one an ellipsis if anything was cut; no accent or emoji is cut in two."""
    if len(text) <= n:
        return text
    end = max(n - 1, 0)
    while end and (_joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return (text[:end].rstrip() + "…")[:n]


def _joins(character: str) -> bool:
    is_mark = unicodedata.category(character) in {"Mn", "Me", "Mc"}
    return is_mark or character == "\u200d" or "\U0001f3fb" <= character <= "\U0001f3ff"


# ---- personal data in free text. Every quantifier below is bounded, so time is linear in the text.

_NARROW = str.maketrans("０１２３４５６７８９Ｘｘ－＋（）＠．　–—", "0123456789Xx-+()@. --")
# A number that grows out of a longer code (`O2026-000123`, `SF13812345678`, 20 digits) is no phone or card.
_START = r"(?<![0-9A-Za-z_+])(?<![0-9A-Za-z_]-)"
_END = r"(?![0-9A-Za-z_])(?!-\d{5})"
_PATTERNS: dict[Kind, str] = {
    "id": rf"{_START}[1-9]\d{{5}}[ -]?\d{{8}}[ -]?\d{{3}}[\dXx]{_END}",
    "card": rf"{_START}(?:\d{{13,19}}|(?:\d{{4}}[ -]){{3,4}}\d{{1,4}}"
    rf"|\d{{6}}[ -]\d{{13}}|\d{{4}}[ -]\d{{6}}[ -]\d{{5}}){_END}",
    "phone": rf"{_START}(?:"
    r"(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ .-]?\d{4}[ .-]?\d{4}"  # mainland mobile
    r"|(?:\+86[ -]?\(?0?|\(?0)(?:10|2\d|[3-9]\d{2})[) -]{0,2}[2-8]\d{2,3}[ -]?\d{4}"  # landline with area code
    r"|09\d{2}[ -]?\d{3}[ -]?\d{3}"  # Taiwan mobile
    r"|\+[1-9](?:[ -]?\d){7,14}"  # abroad
    rf"){_END}",
    "email": r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[A-Za-z\d-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w@])",
}
# In a look-ahead, so that a candidate that turns out to be none does not hide the next one inside it.
_RECOGNISERS = {kind: re.compile(f"(?=({pattern}))", re.ASCII) for kind, pattern in _PATTERNS.items()}
_NOT_PERSONAL = re.compile(
    r"(?:[单單][号號]码?|[编編][号號码碼]|序列?[号號]|流水[号號]|[条條]形?[码碼]|(?:[订訂运運][单單]|快[递遞]|物流)[:：#]"
    r"|\b(?:order|tracking|serial|waybill|invoice|s/n|sn)(?:[ .]?(?:no|number|num|id|code))?\b)[\s:：#.是为為]{0,4}$",
    re.IGNORECASE,
)
_CARD_LABEL = re.compile(r"卡[号號]|[银銀]行卡|信用卡|[储儲]蓄卡|借[记記]卡|\bcard\b", re.IGNORECASE)
# Without a word that says "card": UnionPay, the old bank-own 955…, Visa, Mastercard, American Express.
_ISSUED = re.compile(r"62\d{14,17}|955[589]\d{12,15}|4\d{15}|5[1-5]\d{14}|3[47]\d{13}", re.ASCII)
_BORN = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII)
PERSONAL: frozenset[Kind] = frozenset({"phone", "id", "card"})


@dataclass(frozen=True, slots=True)
class Span:
    """Where personal data stands in a text: `text[start:end]`."""

    start: int
    end: int
    kind: Kind


def mask_personal(text: str, kinds: Container[Kind] = PERSONAL) -> tuple[str, list[Span]]:
    """The text with the middle of phone, identity and bank card numbers starred, equally long, and where they were.

    A number is left alone when a word before it says that it is an order's, parcel's or device's, or its check digit
    is wrong. E-mail addresses are recognised on demand (`kinds`).
    """
    found = sorted(_found(text.translate(_NARROW), kinds), key=lambda span: span.start)
    masked, done = [], 0
    for span in found:
        masked += [text[done : span.start], _MASKS[span.kind](text[span.start : span.end])]
        done = span.end
    return "".join([*masked, text[done:]]), found


def _found(text: str, kinds: Container[Kind]) -> list[Span]:
    found: list[Span] = []
    taken = bytearray(len(text))
    for kind, recogniser in _RECOGNISERS.items():
        for match in recogniser.finditer(text) if kind in kinds else ():
            start, end = match.span(1)
            before = text[max(0, start - 20) : start]
            if any(taken[start:end]) or not _CHECKS[kind](match[1], before):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(Span(start, end, kind))
    return found


def _is_phone(number: str, before: str) -> bool:
    return not _NOT_PERSONAL.search(before)


def _is_id(number: str, before: str) -> bool:
    digits = re.sub("[ -]", "", number).upper()
    weighted = sum(int(digit) * (1 << 17 - place) for place, digit in enumerate(digits[:17]))
    return bool(_BORN.fullmatch(digits[6:14])) and "10X98765432"[weighted % 11] == digits[17]


def _is_card(number: str, before: str) -> bool:
    digits = re.sub("[ -]", "", number)
    if not 13 <= len(digits) <= 19 or not _passes_luhn(digits) or _NOT_PERSONAL.search(before):
        return False
    return bool(_ISSUED.fullmatch(digits) or _CARD_LABEL.search(before))


def _passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0 and int(digits) > 0


_CHECKS: dict[Kind, Callable[[str, str], bool]] = {
    "phone": _is_phone,
    "id": _is_id,
    "card": _is_card,
    "email": lambda address, before: True,
}


def _starred(text: str, head: int, tail: int) -> str:
    places = [place for place, character in enumerate(text) if character.isalnum()]
    hidden = set(places[head : len(places) - tail])
    return "".join("*" if place in hidden else character for place, character in enumerate(text))


def mask_phone(phone: str) -> str:
    """`13812348000` → `138****8000`."""
    count = sum(map(str.isalnum, phone))
    return _starred(phone, max(0, count - 8), max(0, min(4, count - 4)))


def mask_email(address: str) -> str:
    """`lihua@example.com` → `l****@example.com`."""
    local, at, domain = address.rpartition("@")
    return (local[:1] if len(local) > 1 else "") + "*" * (len(local) - (len(local) > 1)) + at + domain


def mask_name(name: str) -> str:
    """`王小明` → `王**`, `John Smith` → `J*** S****`."""
    return " ".join(word[0] + "*" * (len(word) - 1) if len(word) > 1 else "*" for word in name.split())


_MASKS: dict[Kind, Callable[[str], str]] = {
    "phone": mask_phone,
    "id": lambda number: _starred(number, 3, 4),
    "card": lambda number: _starred(number, 4, 4),
    "email": mask_email,
}


class NotAPhone(ValueError):
    """This is not a telephone number."""


class NotAnEmail(ValueError):
    """This is not an e-mail address."""


_EXTENSION = re.compile(r"(.{7,30}?)(?:转|轉|-|#|,|;?ext\.?=?|x)(\d{1,6})", re.ASCII | re.IGNORECASE)
_CHINESE = re.compile(r"1[3-9]\d{9}|(?:10|2\d)[2-8]\d{6,7}|[3-9]\d{2}[2-8]\d{6,7}|[48]00\d{7}", re.ASCII)
_EMAIL = re.compile(
    r"[^\s@\"(),:;<>\[\\\]]{1,64}@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.){1,8}[a-z][a-z\d-]{0,61}[a-z\d]"
)


def normalise_phone(raw: str, country: str = "86") -> str:
    """One way to write a number: `+8613812345678`, an extension as `;ext=12` (relay numbers differ by it alone).

    Raises: NotAPhone.
    """
    text = unicodedata.normalize("NFKC", raw).strip()
    number = _international(text, country)
    if number:
        return number
    extended = _EXTENSION.fullmatch(re.sub(r"\s", "", text))
    number = _international(extended[1], country) if extended else None
    if not (extended and number):
        raise NotAPhone(clip(raw, 40))
    return f"{number};ext={extended[2]}"


def _international(text: str, country: str) -> str | None:
    digits = re.sub(r"^tel:|[\s().–—-]", "", text, flags=re.IGNORECASE)
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if country == "86" and re.fullmatch(r"861[3-9]\d{9}", digits, re.ASCII):
        digits = "+" + digits
    if not digits.startswith("+"):
        digits = f"+{country}{digits.removeprefix('0')}"
    if digits.startswith("+86"):
        national = digits[3:].removeprefix("0")
        return f"+86{national}" if _CHINESE.fullmatch(national) else None
    return digits if re.fullmatch(r"\+[1-9]\d{6,14}", digits, re.ASCII) else None


def normalise_email(raw: str) -> str:
    """One way to write an address: lower case, the domain in ASCII. Dots and tags stay: they may tell people apart.

    Raises: NotAnEmail.
    """
    local, _, domain = unicodedata.normalize("NFKC", raw).strip().casefold().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise NotAnEmail(clip(raw, 40)) from error
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise NotAnEmail(clip(raw, 40))
    return address
