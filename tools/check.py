"""Everything a machine can hold against a change, all of it before saying no."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "floors": ["lint-imports"],
    "migrations": ["django-admin", "makemigrations", "--check", "--dry-run"],
    "django": ["django-admin", "check"],
    "templates": ["djlint", "zhoudao", "--lint", "--quiet"],
    "budgets": ["python", "tools/budgets.py"],
    "translations": ["python", "tools/translations.py"],
}


def main() -> None:
    """This will run the checks, or those named; it fails when one does."""
    wanted = sys.argv[1:] or [*CHECKS, "locks"]
    with tempfile.TemporaryDirectory() as home:
        failed = [name for name in wanted if not _passes(name, home)]
    print(f"check: {len(wanted) - len(failed)} passed, {len(failed)} failed {' '.join(failed)}")
    sys.exit(1 if failed else 0)


def _passes(name: str, home: str) -> bool:
    began = time.monotonic()
    trouble = _locks() if name == "locks" else _trouble(CHECKS[name], home)
    print(f"{name:13} {'FAILED' if trouble else 'ok'} ({time.monotonic() - began:.0f} s)", flush=True)
    if trouble:
        print(trouble, flush=True)
    return not trouble


def _trouble(command: list[str], home: str) -> str:
    environment = dict(os.environ) | {
        "ZHOUDAO_HOME": home,
        "DJANGO_SETTINGS_MODULE": "zhoudao.config.settings",
        "PYTHONWARNINGS": "ignore:Got an error checking a consistent migration history",
    }
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        environment.pop(name, None)
    program = [str(BIN / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr or "failed") if done.returncode else ""


def _locks() -> str:
    """Lock files name packages and their hashes, never where they were fetched; and they fit what they lock."""
    problems = []
    for path in [*ROOT.glob("requirements*.lock"), ROOT / "tools/node.lock"]:
        if re.search(r"https?://|--(extra-)?index-url|--find-links", path.read_text()):
            problems.append(f"{path.name} names an address")
    pages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    if any("resolved" in package for package in pages.values()):
        problems.append("package-lock.json names addresses: .npmrc must keep omit-lockfile-registry-resolved=true")
    asked = json.loads((ROOT / "package.json").read_text())
    if any(asked.get(kind) != pages[""].get(kind) for kind in ("dependencies", "devDependencies")):
        problems.append("package-lock.json does not fit package.json: make lock")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, extra in (("requirements-dev.lock", "dev"), ("requirements-spark.lock", "spark")):
        locked = (ROOT / lock).read_text().lower()
        for name in _needs(project, extra):
            if not re.search(rf"^{re.escape(re.sub(r'[-_.]+', '-', name).lower())}==", locked, re.MULTILINE):
                problems.append(f"{name} is not in {lock}: make lock")
    return "\n".join(problems)


def _needs(project: dict[str, Any], extra: str) -> list[str]:
    """The names of what the project needs with an extra."""
    needs = [*project["dependencies"], *project["optional-dependencies"][extra]]
    return [re.split(r"[^A-Za-z0-9._-]", need)[0] for need in needs]


if __name__ == "__main__":
    main()
