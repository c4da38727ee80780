"""What the name of a step or column says of it, in the languages logs are kept in."""

import re

_WAITS = re.compile(r"\b(a?wait|pending|on hold|suspend)|等待|待客|待用户|挂起|暂停", re.IGNORECASE)
_CONTACTS = re.compile(
    r"\b(contact(ed|s)? (us|again)"
    r"|(customer|client|caller|user)s? (call|contact|writ|wrote|ask|inquir|enquir|complain)"
    r"|in(bound|coming) (call|mail|e-?mail|message|contact|chat)|receive (call|complaint|inquiry|enquiry)"
    r"|(message|call|complaint|inquiry|enquiry) ?received)"
    r"|MessageReceived|来电|来信|来访|催单|催促|客户(咨询|联系|来|追问|投诉)",
    re.IGNORECASE,
)
_PUTS_RIGHT = re.compile(
    r"\b(correct(s|ed|ing|ion|ions)?\b(?! (amount|answer))|amend|fix (data|address|details)|re-?submit"
    r"|(request|ask for|await|obtain|provide|add) (missing|more|additional|further)|missing (data|info|document)"
    r"|incomplete|clarif)|补充|更正|补正|补录|缺失|信息有误|资料不全|重新提交",
    re.IGNORECASE,
)
_BY_HAND = re.compile(
    r"\b(register|re-?type|enter (data|details|order)|copy|record (data|details)|forward"
    r"|send (mail|e-?mail|notice|letter)|notif(y|ied)|print|file (document|paper)|transcribe"
    r"|update (record|system|spreadsheet))|登记|录入|抄送|转发|通知|打印|归档|誊写",
    re.IGNORECASE,
)


def waits_by_name(name: str) -> bool:
    """Whether a step or status says that it waits.

    >>> [waits_by_name(name) for name in ("Wait - User", "等待客户", "Accepted", "Waiter called")]
    [True, True, False, True]
    """
    return bool(_WAITS.search(name))


def contacts_by_name(name: str) -> bool:
    """Whether a step says that a customer got in touch.

    >>> [contacts_by_name(name) for name in ("Inbound Call", "x.MessageReceived", "客户催促", "Contact supplier")]
    [True, True, True, False]
    """
    return bool(_CONTACTS.search(name))


def puts_right_by_name(name: str) -> bool:
    """Whether a step says that information was wrong or missing.

    >>> [puts_right_by_name(name) for name in ("Request missing documents", "更正地址", "Amend order", "Send answer")]
    [True, True, True, False]
    """
    return bool(_PUTS_RIGHT.search(name))


def by_hand_by_name(name: str) -> bool:
    """Whether a step says that something is only written down, copied or passed on.

    >>> [by_hand_by_name(name) for name in ("Register request", "录入订单", "Notify customer", "Decide")]
    [True, True, True, False]
    """
    return bool(_BY_HAND.search(name))
