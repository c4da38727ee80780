"""What must be seen at once, and what only sounds so. None of these is in the labelled messages."""

import pytest

from zhoudao.engines.language.opened import opened
from zhoudao.engines.language.urgency import pressing


def _of(text: str) -> str:
    return pressing(opened(text, keeps_digits=True).text).urgency


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("电热毯把我后背烫伤了一片", "injury"),
        ("吃了你们的虾全家上吐下泻", "injury"),
        ("杯子炸了，玻璃划破了孩子的手", "injury"),
        ("the blender blade cut my finger badly", "injury"),
        ("my son got food poisoning", "injury"),
        ("插座冒烟了怎么办", "fire"),
        ("電池鼓包發燙", "fire"),
        ("the charger caught fire last night", "fire"),
        ("厨房有煤气味", "fire"),
        ("我的账号被盗了", "security"),
        ("有人冒充客服让我转账", "security"),
        ("my account was hacked", "security"),
        ("我已经请了律师", "legal"),
        ("再不处理我就打12315", "legal"),
        ("I will take you to small claims court", "legal"),
        ("明天婚礼要穿，今天能到吗", "deadline"),
        ("I need it before Friday for my sister's wedding", "deadline"),
    ],
)
def test_what_is_told_presses(text: str, urgency: str) -> None:
    assert _of(text) == urgency


@pytest.mark.parametrize(
    "text",
    [
        "打火机多少钱",
        "火锅底料有吗",
        "火速发货",
        "气死我了",
        "手机死机了",
        "没有受伤，就是箱子破了",
        "会不会漏电啊",
        "担心孩子被烫伤",
        "防烫手套",
        "去年烫伤过一次",
        "Fire TV stick 怎么连",
        "legal size paper",
        "do you sell fire extinguishers",
        "nobody was hurt, just a dent",
        "could this battery explode?",
        "我不急，慢慢来",
        "尽快发货",
        "明天能到吗",
        "單號 1201193",
        "律师事务所开发票",
        "收件地址是派出所对面",
    ],
)
def test_what_only_sounds_so_does_not(text: str) -> None:
    assert _of(text) == "none"


def test_the_worst_that_is_told_counts() -> None:
    assert _of("充电器冒烟了，把手烫伤了，我要起诉") == "injury"


def test_where_it_stands_is_told() -> None:
    text = opened("昨晚充电器冒烟了", keeps_digits=True).text
    found = pressing(text)
    assert text[found.start : found.end] == "冒烟"
