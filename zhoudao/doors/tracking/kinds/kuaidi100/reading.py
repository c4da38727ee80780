"""What 快递100 says: the `lastResult` of a callback, or the answer it gave when asked. Its times are China's."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from zhoudao.doors.tracking.kinds.kuaidi100.codes import carrier_of, state_of
from zhoudao.doors.tracking.kinds.kuaidi100.listening import form_of
from zhoudao.rooms.parcels.told import Said, Told, Unread, told

_CHINA = ZoneInfo("Asia/Shanghai")


def read(raw: bytes) -> list[Told]:
    """What a report says. Raises: Unread."""
    try:
        text = raw.decode() if raw.lstrip()[:1] == b"{" else form_of(raw)["param"]
        content = json.loads(text)
        result = content.get("lastResult", content)
        return [told(carrier_of(str(result["com"])), str(result["nu"]), _said(result))]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unread(f"not as 快递100 writes it: {type(error).__name__} {str(error)[:80]}") from error


def _said(result: Mapping[str, Any]) -> list[Said]:
    """Where no line says its own state, the whole's is that of the newest."""
    rows = sorted(result.get("data") or [], key=lambda row: str(row["time"]))
    said = []
    for n, row in enumerate(rows):
        code, words = str(row.get("statusCode") or ""), str(row.get("status") or "")
        if not code and not words and n == len(rows) - 1:
            code = str(result.get("state") or "")
        at = datetime.fromisoformat(str(row["time"])).replace(tzinfo=_CHINA)
        place = str(row.get("areaName") or row.get("location") or "")
        said.append(Said(at, state_of(code, words), str(row.get("context") or ""), place.replace(",", "")))
    return said
