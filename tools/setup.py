"""Prepares a fresh clone, with nothing but Python 3.11 and its own means; quick when nothing changed.

`setup.py` readies what runs; `setup.py --dev` also what checks and tests.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
STATIC = ROOT / "zhoudao" / "static"
NODE_MAJOR = 20


def main() -> None:
    """This will run the steps whose inputs changed since they last ran."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what make check and make test need")
    development = parser.parse_args().dev
    if sys.version_info < (3, 11):  # noqa: UP036  # this file runs before any Python was chosen
        sys.exit(
            f"Zhoudao needs Python 3.11 or newer, and this is {sys.version.split()[0]}: make setup PYTHON=python3.12"
        )
    STAMPS.mkdir(parents=True, exist_ok=True)
    lock = ROOT / ("requirements-dev.lock" if development else "requirements.lock")
    if not (development is False and _done("python-dev", [ROOT / "requirements-dev.lock"])):
        _step("python-dev" if development else "python", [lock], lambda: _install(lock))
    _step("project", [ROOT / "pyproject.toml"], _install_project)
    _step("pages", [ROOT / "package-lock.json", ROOT / ".npmrc"], _install_pages)
    _step(
        "vendor", [ROOT / "package-lock.json", ROOT / "tools/assets.py", ROOT / "zhoudao/static_src/icons.txt"], _copy
    )
    _step("style", _pages_sources(), _build_style)
    _step("words", sorted(ROOT.glob("zhoudao/locale/*/LC_MESSAGES/*.po")), _compile_words)


def _install(lock: Path) -> None:
    if not PYTHON.exists():
        _run([sys.executable, "-m", "venv", str(VENV)])
    _run([str(PYTHON), "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", str(lock)])


def _install_project() -> None:
    _run([str(PYTHON), "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", str(ROOT)])


def _install_pages() -> None:
    # Not `npm ci`: a registry need not carry the builds of other systems, and those may then be missing in the lock.
    _run([*_node("npm"), "install", "--no-save", "--no-progress", "--loglevel=error"])


def _copy() -> None:
    _run([str(PYTHON), str(ROOT / "tools/assets.py")])


def _build_style() -> None:
    command = ROOT / "node_modules/@tailwindcss/cli/dist/index.mjs"
    source, target = ROOT / "zhoudao/static_src/app.css", STATIC / "app.css"
    _run([*_node("node"), str(command), "-i", str(source), "-o", str(target), "--minify"])


def _compile_words() -> None:
    _run([str(PYTHON), str(ROOT / "tools/translations.py"), "--compile"])


def _pages_sources() -> list[Path]:
    """Whatever may name a style: Tailwind reads class names out of them."""
    found = [ROOT / "package-lock.json", *ROOT.glob("zhoudao/static_src/**/*.css")]
    for ending in ("html", "js", "py"):
        found += [path for path in ROOT.glob(f"zhoudao/**/*.{ending}") if "vendor" not in path.parts]
    return sorted(found)


def _node(program: str) -> list[str]:
    """The system's Node when it is new enough; else the one PyPI carries, installed into .venv."""
    found = shutil.which("node")
    if found and shutil.which(program):
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.lstrip("v").split(".")[0]) >= NODE_MAJOR:
            return [program]
    if not (VENV / "bin" / program).exists():
        _run([str(PYTHON), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(ROOT / "tools/node.lock")])
    return [str(VENV / "bin" / program)]


def _step(name: str, inputs: Iterable[Path], act: Callable[[], None]) -> None:
    inputs = list(inputs)
    if _done(name, inputs):
        return
    print(f"setup: {name} …", end="", flush=True)
    began = time.monotonic()
    act()
    (STAMPS / name).write_text(_fingerprint(inputs))
    print(f" {time.monotonic() - began:.0f} s", flush=True)


def _done(name: str, inputs: Iterable[Path]) -> bool:
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == _fingerprint(inputs) and _there(name)


def _there(name: str) -> bool:
    """Deleting what a step made makes it run again."""
    made = {"vendor": STATIC / "vendor", "style": STATIC / "app.css", "pages": ROOT / "node_modules", "project": PYTHON}
    return made.get(name, PYTHON).exists()


def _fingerprint(inputs: Iterable[Path]) -> str:
    seen = hashlib.sha256()
    for path in inputs:
        seen.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return seen.hexdigest()


def _run(command: list[str]) -> None:
    environment = dict(os.environ) | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"\n{done.stdout}{done.stderr}\nsetup: failed: {' '.join(command[:6])}")


if __name__ == "__main__":
    main()
