"""Whether tests notice when code is wrong: each small change to a file is tried against them, in a copy of the project.

`python tools/mutate.py zhoudao/engines/refunds/arithmetic.py -- zhoudao/engines/refunds`
Changed are comparisons, arithmetic, `and`/`or`, `not`, numbers and truth values, one at a time, but not in decorators.
Prints what no test noticed; exits with 1 when fewer than `--least` percent were noticed.
"""

import argparse
import ast
import copy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_COPIED = ("zhoudao", "tests", "tools", "conftest.py", "pyproject.toml", "package.json", "package-lock.json")
_COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COUNTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd,
}  # fmt: skip


def main() -> int:
    """This will try every change; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--least", type=int, default=85)
    parser.add_argument("tests", nargs="+")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _copy(place)
        if not _notices_nothing(place, asked.tests):
            print("The tests fail as it is; put that right first.")
            return 1
        target, source = place / asked.file, (ROOT / asked.file).read_text(encoding="utf-8")
        changes = list(mutants(source))
        missed = []
        for line, words, changed in changes:
            target.write_text(changed, encoding="utf-8")
            if _notices_nothing(place, asked.tests):
                missed.append(f"{asked.file}:{line}: {words}")
                print(f"not noticed: {missed[-1]}", flush=True)
    share = 100 * (len(changes) - len(missed)) / len(changes) if changes else 100
    print(f"{asked.file}: {len(changes) - len(missed)} of {len(changes)} changes noticed ({share:.0f} %)")
    return 0 if share >= asked.least else 1


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Every change to a module: its line, what it is, and the module's text with it."""
    tree = ast.parse(source)
    worn = [one for node in ast.walk(tree) for one in getattr(node, "decorator_list", [])]
    spared = {id(inner) for one in worn for inner in ast.walk(one)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in spared:
            continue
        for turn in range(_turns(node)):
            changed = copy.deepcopy(tree)
            found = next(one for n, one in enumerate(ast.walk(changed)) if n == number)
            words = _change(found, turn)
            yield getattr(node, "lineno", 0), words, ast.unparse(changed)


def _turns(node: ast.AST) -> int:
    """In how many ways a node is changed."""
    if isinstance(node, ast.Compare):
        return sum(type(op) in _COMPARED for op in node.ops)
    if isinstance(node, ast.BinOp):
        return int(type(node.op) in _COUNTED)
    if isinstance(node, ast.Constant):
        return int(isinstance(node.value, bool | int))
    return int(isinstance(node, ast.BoolOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)))


def _change(node: ast.AST, turn: int) -> str:
    before = ast.unparse(node)
    if isinstance(node, ast.Compare):
        places = [n for n, op in enumerate(node.ops) if type(op) in _COMPARED]
        node.ops[places[turn]] = _COMPARED[type(node.ops[places[turn]])]()
    elif isinstance(node, ast.BinOp):
        node.op = _COUNTED[type(node.op)]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.Constant):
        node.value = (not node.value) if isinstance(node.value, bool) else int(str(node.value)) + 1
    elif isinstance(node, ast.UnaryOp):
        node.op, node.operand = ast.Not(), ast.UnaryOp(op=ast.Not(), operand=node.operand)
    return f"{before} → {ast.unparse(node)}"


def _copy(place: Path) -> None:
    skipped = shutil.ignore_patterns("__pycache__", "node_modules", ".hypothesis")
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name, ignore=skipped)
        else:
            shutil.copy(ROOT / name, place / name)


def _notices_nothing(place: Path, tests: list[str]) -> bool:
    """Whether all tests pass there."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not soak", *tests]
    return subprocess.run(command, cwd=place, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
