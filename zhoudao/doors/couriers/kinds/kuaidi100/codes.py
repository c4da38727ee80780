"""快递100's words for carriers, states and errors of 商家寄件, and ours.

Source: https://api.kuaidi100.com/document/603cb649a62a19500e19866b (errors),
…/63be699386292121d642ca3b (states of a callback)
"""

from zhoudao.rooms.pickups.answers import ASSIGNED, BOOKED, CANCELLED, COLLECTED, FAILED, REFUSED, UNHEARD, Said
from zhoudao.rooms.pickups.sealed import Courier

CARRIERS = {
    "sf": "shunfeng",
    "jd": "jd",
    "deppon": "debangkuaidi",
    "jt": "jtexpress",
    "yto": "yuantong",
    "sto": "shentong",
    "zto": "zhongtong",
    "yunda": "yunda",
    "ems": "ems",
}
# 15 and 155 settle what we pay, 200 and 201 are about printing, 166 is one that is taken up again: the next says more.
_STATES = {
    0: (BOOKED, ""),
    1: (ASSIGNED, ""),
    2: (ASSIGNED, ""),
    10: (COLLECTED, ""),
    101: (COLLECTED, ""),
    13: (COLLECTED, ""),
    400: (COLLECTED, ""),
    9: (CANCELLED, ""),
    99: (CANCELLED, ""),
    11: (FAILED, "not_taken"),
    610: (FAILED, "refused"),
}
_NO_ANSWERS = {"500": "broken", "501": "busy"}
_REFUSALS = {"400": "unsound", "600": "not_allowed", "601": "not_allowed"}


def state_of(status: object) -> tuple[str, str] | None:
    """What a state of theirs says, and why; None: nothing of where it stands.

    >>> state_of("10"), state_of(610), state_of(15), state_of(None)
    (('collected', ''), ('failed', 'refused'), None, None)
    """
    try:
        return _STATES.get(int(str(status)))
    except ValueError:
        return None


def refusal(code: str) -> Said:
    """What an error of theirs says: an order may have been taken, or was not, or our key is none.

    >>> [(one.what, one.trouble) for one in map(refusal, ("400", "500", "503", "30001"))]
    [('refused', 'unsound'), ('unheard', 'broken'), ('unheard', 'not_trusted'), ('refused', 'refused')]
    """
    if code in _NO_ANSWERS:
        return Said(UNHEARD, _NO_ANSWERS[code])
    if code == "503":
        return Said(UNHEARD, "not_trusted", is_asked=False)
    return Said(REFUSED, _REFUSALS.get(code, "refused"))


def courier(name: object, phone: object) -> Courier:
    """Who comes, as they write it."""
    return Courier(str(name or "").strip(), str(phone or "").strip())
