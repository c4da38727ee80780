"""Process trees: blocks within blocks, each with one way in and one way out."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Is(StrEnum):
    """`LOOP`: the first inside is done; then it ends, or one of the others is done and the first again."""

    ACTIVITY = "activity"
    SILENT = "silent"
    SEQUENCE = "sequence"
    CHOICE = "choice"
    PARALLEL = "parallel"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Tree:
    """`times` is how often the log went into it."""

    kind: Is
    inside: tuple["Tree", ...] = ()
    activity: str = ""
    times: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """For reading: `→(a, ×(b, τ))`."""
        if self.kind is Is.ACTIVITY:
            return self.activity
        return _SIGNS[self.kind] + (f"({', '.join(map(str, self.inside))})" if self.inside else "")

    def leaves(self) -> Iterator["Tree"]:
        """Its activities, from left to right."""
        todo = [self]
        while todo:
            here = todo.pop()
            if here.kind is Is.ACTIVITY:
                yield here
            todo += reversed(here.inside)


_SIGNS = {Is.SILENT: "τ", Is.SEQUENCE: "→", Is.CHOICE: "×", Is.PARALLEL: "∧", Is.LOOP: "↺"}


def activity(name: str, times: int = 0) -> Tree:
    return Tree(Is.ACTIVITY, activity=name, times=times)


def silent(times: int = 0) -> Tree:
    return Tree(Is.SILENT, times=times)


def block(kind: Is, inside: list[Tree], times: int = 0) -> Tree:
    return Tree(kind, tuple(inside), times=times)


def may_be_empty(tree: Tree) -> bool:
    """Whether it can be gone through with nothing done."""
    if tree.kind in (Is.SEQUENCE, Is.PARALLEL):
        return all(may_be_empty(each) for each in tree.inside)
    if tree.kind is Is.CHOICE:
        return any(may_be_empty(each) for each in tree.inside)
    return tree.kind is Is.SILENT or (tree.kind is Is.LOOP and may_be_empty(tree.inside[0]))


def simplified(tree: Tree) -> Tree:
    """The same ways through it with fewer blocks; from the inside out."""
    tree = replace(tree, inside=tuple(simplified(each) for each in tree.inside))
    if tree.kind is Is.LOOP:
        return _loop(tree)
    if not tree.inside:
        return tree
    inside = [each for one in tree.inside for each in (one.inside if one.kind is tree.kind else (one,))]
    inside = _one_skip(inside) if tree.kind is Is.CHOICE else [each for each in inside if each.kind is not Is.SILENT]
    if len(inside) < 2:
        return replace(inside[0], times=tree.times) if inside else silent(tree.times)
    return replace(tree, inside=tuple(inside))


def _one_skip(inside: list[Tree]) -> list[Tree]:
    """One silent way of a choice is enough, and none is needed beside a way that may be empty anyway."""
    seen = [each for each in inside if each.kind is not Is.SILENT]
    times = sum(each.times for each in inside if each.kind is Is.SILENT)
    if len(seen) == len(inside) or any(may_be_empty(each) for each in seen):
        return seen
    return [*seen, silent(times)]


def _loop(tree: Tree) -> Tree:
    """A loop within a loop is one, and what may be skipped inside may be skipped as a whole: ↺(×(a, τ), τ) is
    ×(↺(a, τ), τ).
    """
    body, *again = tree.inside
    if all(each.kind is Is.SILENT for each in again):
        if body.kind is Is.SILENT:
            return body
        if body.kind is Is.LOOP and any(each.kind is Is.SILENT for each in body.inside[1:]):
            return replace(body, times=tree.times)
        skips = [each for each in body.inside if each.kind is Is.SILENT] if body.kind is Is.CHOICE else []
        if skips:
            loop = replace(
                tree, inside=(simplified(replace(body, inside=_without_silent(body))), silent(again[0].times))
            )
            return block(Is.CHOICE, [_loop(loop), skips[0]], tree.times)
    silences = [each for each in again if each.kind is Is.SILENT]
    once = [silent(sum(each.times for each in silences))] if silences else []
    return replace(tree, inside=(body, *(each for each in again if each.kind is not Is.SILENT), *once))


def _without_silent(tree: Tree) -> tuple[Tree, ...]:
    return tuple(each for each in tree.inside if each.kind is not Is.SILENT)
