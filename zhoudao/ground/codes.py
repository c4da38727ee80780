"""Words of fixed lists in statements."""

import re
from typing import Any

from django.db.models import Value

_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)


class Code(Value):
    """A word of a fixed list, written into the statement itself. Behind a placeholder a prepared statement is planned
    for any word at all, and then takes no index that only some words have.

    Raises: ValueError for anything but small letters and underscores
    """

    def __init__(self, word: str) -> None:
        if not _CODE.fullmatch(word):
            raise ValueError("no word of a list")
        super().__init__(word)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """The word between quotes."""
        return f"'{self.value}'", ()
