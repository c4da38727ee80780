"""Files of at most 400 lines, functions of at most 50: what does not fit is two things."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES, FUNCTION_LINES = 400, 50
_BUILT = ROOT / "zhoudao/static/app.css"
_SKIPPED = {"migrations", "vendor", "node_modules", "locale"}
_NO_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
_FUNCTION_HEAD = re.compile(r"(?:=>|\bfunction\b[^{};]*\)|\b(?!if|for|while|switch|catch|with)\w+\s*\([^(){};]*\))\s*$")
_CALLED_AT_ONCE = re.compile(r"\}\s*\)?\s*\(\s*\)")


def main() -> None:
    """This will name whatever is over its budget."""
    over = [problem for path in _files() for problem in _problems(path)]
    print("\n".join(over) or "budgets: kept")
    sys.exit(1 if over else 0)


def _files() -> Iterator[Path]:
    for folder in ("zhoudao", "tests", "tools"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".js", ".css") and not _SKIPPED & set(path.parts) and path != _BUILT:
                yield path


def _problems(path: Path) -> Iterator[str]:
    text, name = path.read_text(), path.relative_to(ROOT)
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines, over {FILE_LINES}"
    functions = {".py": _python_functions, ".js": _script_functions}.get(path.suffix)
    for line, length in functions(text) if functions else ():
        if length > FUNCTION_LINES:
            yield f"{name}:{line}: a function of {length} lines, over {FUNCTION_LINES}"


def _python_functions(text: str) -> Iterator[tuple[int, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def _script_functions(text: str) -> Iterator[tuple[int, int]]:
    """Each function's first line and length; lines of functions inside count for those alone."""
    code = _NO_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    open_braces: list[tuple[int, bool, int]] = []  # where, is it a function, lines of functions inside
    for position, sign in ((found.start(), found.group()) for found in re.finditer(r"[{}]", code)):
        if sign == "{":
            open_braces.append((position, bool(_FUNCTION_HEAD.search(code[:position].rstrip()[-200:])), 0))
        elif open_braces:
            start, is_function, inside = open_braces.pop()
            length = code.count("\n", start, position) + 1
            is_module = not open_braces and _CALLED_AT_ONCE.match(code, position)  # the wrapper around a whole file
            if is_function and not is_module:
                yield code.count("\n", 0, start) + 1, length - inside
            if open_braces:
                where, kind, counted = open_braces[-1]
                open_braces[-1] = (where, kind, counted + (length if is_function else inside))


if __name__ == "__main__":
    main()
