"""快递100's words for carriers and states, and ours."""

CARRIERS = {
    "sf": "shunfeng",
    "jd": "jd",
    "ems": "ems",
    "zto": "zhongtong",
    "yto": "yuantong",
    "sto": "shentong",
    "yunda": "yunda",
    "jt": "jtexpress",
    "deppon": "debangkuaidi",
    "dhl": "dhl",
    "ups": "ups",
    "fedex": "fedex",
}
_OURS = {theirs: ours for ours, theirs in CARRIERS.items()}
# By their state of one figure, and what its finer codes say otherwise.
_STATES = {
    "0": "in_transit",
    "1": "in_transit",
    "2": "exception",
    "3": "delivered",
    "4": "exception",
    "5": "out_for_delivery",
    "6": "exception",
    "7": "in_transit",
    "8": "in_transit",
    "14": "exception",
}
_FINER = {
    "101": "info_received",
    "102": "info_received",
    "1001": "in_transit",
    "1002": "in_transit",
    "1003": "in_transit",
    "204": "attempt_fail",
    "205": "available_for_pickup",
    "206": "attempt_fail",
    "501": "available_for_pickup",
    "10": "in_transit",
    "11": "in_transit",
    "12": "in_transit",
    "13": "exception",
}
_WORDS = {
    "揽收": "in_transit",
    "在途": "in_transit",
    "派件": "out_for_delivery",
    "签收": "delivered",
    "疑难": "exception",
    "退签": "exception",
    "退回": "exception",
    "拒签": "exception",
    "转投": "in_transit",
    "清关": "in_transit",
}


def code_of(carrier: str) -> str:
    """A carrier of ours as they call it."""
    return CARRIERS.get(carrier, carrier)


def carrier_of(com: str) -> str:
    """A carrier of theirs as we call it."""
    return _OURS.get(com, com)


def state_of(code: str, words: str = "") -> str:
    """What a state or a finer code of theirs means.

    >>> [state_of(code) for code in ("0", "103", "501", "301", "206", "14")]
    ['in_transit', 'in_transit', 'available_for_pickup', 'delivered', 'attempt_fail', 'exception']
    """
    if code in _FINER or code in _STATES:
        return _FINER.get(code) or _STATES[code]
    return _STATES.get(code[:1]) or _WORDS.get(words.strip(), "in_transit")
