"""Which names a zen expression reads. zen shows no syntax tree, so its small grammar is scanned here."""

import re

_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<template>`(?:[^`\\]|\\.)*`)|(?P<text>"[^"]*"|'[^']*')|(?P<number>\d[\d_]*(?:\.\d+)?)"""
    r"""|(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)|(?P<range>\.\.)|(?P<equal>==|!=|<=|>=)|(?P<sign>.)""",
    re.DOTALL,
)
_WORDS = {"and", "or", "not", "in", "true", "false", "null", "as"}
_CLOCK = {"d", "date", "time"}


def scan(expression: str) -> frozenset[str]:
    """First names of all paths; functions, keys of objects, closures and local names are left out."""
    found: set[str] = set()
    local: set[str] = set()
    tokens = _tokens(expression)
    braces: list[str] = []
    for place, (kind, text) in enumerate(tokens):
        before = tokens[place - 1][1] if place else ""
        after = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        _nest(braces, text, kind)
        if kind == "template":
            found |= {name for part in re.findall(r"\$\{([^}]*)\}", text) for name in scan(part)}
        elif kind != "name" or text in _WORDS or before == "." or after == "(":
            continue
        elif before == "as" or after == "=":
            local.add(text)
        elif not (after == ":" and braces[-1:] == ["{"] and before in ("{", ",")):
            found |= _root(tokens, place)
    return frozenset(found - local)


def impure(expression: str) -> str:
    """The call that makes an expression give different values for the same input, or nothing."""
    tokens = _tokens(expression)
    for place, (kind, text) in enumerate(tokens):
        if kind == "template":
            if inner := next(filter(None, map(impure, re.findall(r"\$\{([^}]*)\}", text))), ""):
                return inner
        elif [part for _, part in tokens[place + 1 : place + 2]] == ["("]:
            argument = tokens[place + 2][1].strip("\"'`") if place + 2 < len(tokens) else ""
            if text == "rand" or (text in _CLOCK and argument in (")", "now")):
                return f"{text}()"
    return ""


def _tokens(expression: str) -> list[tuple[str, str]]:
    found = ((match.lastgroup or "", match.group()) for match in _TOKEN.finditer(expression))
    return [token for token in found if token[0] != "space"]


def _nest(braces: list[str], text: str, kind: str) -> None:
    if kind == "sign" and text in "([{":
        braces.append(text)
    elif kind == "sign" and text in ")]}" and braces:
        braces.pop()


def _root(tokens: list[tuple[str, str]], place: int) -> set[str]:
    """`$root.x` reads x; `$` alone is the value a table's cell is compared with."""
    text = tokens[place][1]
    if text == "$root" and len(tokens) > place + 2 and tokens[place + 1][1] == ".":
        return {tokens[place + 2][1]}
    return set() if text.startswith("$") else {text}
