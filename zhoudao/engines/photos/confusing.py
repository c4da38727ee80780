"""Signs that look alike in print and on displays: how they are folded to one, so that what was read can be compared
with what is known.
"""

_PRINTED = ("0OQD", "1IL", "2Z", "5S", "6G", "8B")
_SEGMENTED = ("0OQD", "1IL", "2Z", "5S", "8B6G", "AR")  # a small b is read as 6, an A as R
PRINTED = {sign: group[0] for group in _PRINTED for sign in group}
SEGMENTED = {sign: group[0] for group in _SEGMENTED for sign in group}


def fold(key: str) -> str:
    """Letters and digits in capitals, each group that looks alike in print as its first.

    >>> fold("ZD-O815-KQRS")
    '20-0815-K0R5'
    """
    return "".join(PRINTED.get(sign, sign) for sign in key.upper())


def fold_segments(code: str) -> str:
    """An error code as seven segments may be read: `68` and `B8` are one.

    >>> fold_segments("B8"), fold_segments("68")
    ('88', '88')
    """
    return "".join(SEGMENTED.get(sign, sign) for sign in code.upper())
