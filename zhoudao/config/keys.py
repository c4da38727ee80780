"""The installation's secret keys: made on the first start, or given by the environment."""

import json
import os
import secrets
from pathlib import Path

from zhoudao.kit.frozen import frozen


class KeysMissing(Exception):
    """An own database server is used, so the keys must come from ZHOUDAO_KEYS (a JSON file's path)."""


@frozen
class Keys:
    """`master` wraps every customer's data key (id → 32 bytes, the newest last); `index` keys the blind index."""

    master: dict[str, bytes]
    index: bytes
    secret: str

    @property
    def current(self) -> str:
        """The id of the master key new data keys are wrapped with."""
        return list(self.master)[-1]


def load(home: Path, environment: dict[str, str]) -> Keys:
    """This will read the keys, making them first on an installation with its own embedded database.

    Raises: KeysMissing
    """
    path = Path(environment["ZHOUDAO_KEYS"]) if environment.get("ZHOUDAO_KEYS") else home / "keys" / "keys.json"
    if not path.exists():
        if environment.get("DATABASE_URL") and not environment.get("ZHOUDAO_EMBEDDED"):
            raise KeysMissing(f"{KeysMissing.__doc__} Not found: {path}")
        _make(path)
    return _parse(json.loads(path.read_text()))


def _parse(document: dict[str, object]) -> Keys:
    master = document["master"]
    if not isinstance(master, dict) or not master:
        raise KeysMissing("The keys file holds no master key.")
    return Keys(
        master={str(name): bytes.fromhex(str(value)) for name, value in master.items()},
        index=bytes.fromhex(str(document["index"])),
        secret=str(document["secret"]),
    )


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    document = {
        "master": {f"k{secrets.token_hex(3)}": secrets.token_hex(32)},
        "index": secrets.token_hex(32),
        "secret": secrets.token_urlsafe(50),
    }
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file)
    try:
        os.link(draft, path)  # two processes starting at once: the first one's keys win
    except FileExistsError:
        pass
    finally:
        draft.unlink()
