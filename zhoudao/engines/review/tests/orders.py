"""Orders for the detectors' tests."""

from datetime import UTC, datetime
from typing import Any

from zhoudao.engines.review import Bought, Piece, Where

AT = datetime(2026, 3, 10, 2, tzinfo=UTC)
HOME = Where("王小姐", "13812345678", "浙江省", "杭州市", "西湖区", "文三路 259 号 2 幢 601")
LAMP = Piece("LP-7", 1, 5_000)


def bought(**more: Any) -> Bought:
    """A lamp for Miss Wang."""
    given: dict[str, Any] = {"key": "O-1", "at": AT, "pieces": [LAMP], "total": 5_000, "where": HOME}
    return Bought(**(given | more))
