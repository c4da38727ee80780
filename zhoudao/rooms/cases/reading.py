"""What a first message says about its kind and urgency, by plain words, until triage knows better."""

import re

from zhoudao.kit.text import fold

_URGENT = re.compile(
    r"漏水|漏电|漏气|触电|起火|着火|冒烟|爆炸|受伤|烫伤|中毒|危险|断电|停电|紧急|急救|救命"
    r"|\b(?:fire|smoke|electric shock|gas leak|leaking|injur\w+|burnt?|explo\w+|emergency|urgent)\b"
)
_COMPLAINT = re.compile(
    r"投诉|骗|欺诈|忽悠|垃圾|差评|太差|恶劣|气愤|愤怒|失望|无语|坑人|霸王条款|维权|曝光|举报|消协|12315|乱扣|乱收|态度差|没人管|不作为"
    r"|\b(?:complain\w*|scam|fraud|terrible|awful|unacceptable|disgust\w+|disappointed|ripped off|refuse to pay)\b"
)


def is_urgent(text: str) -> bool:
    """Whether somebody seems to be in danger or without service."""
    return bool(_URGENT.search(fold(text)))


def kind_of(text: str) -> str:
    """`complaint` or `inquiry`."""
    return "complaint" if _COMPLAINT.search(fold(text)) else "inquiry"
