"""Logs of any company, read from the files they come in."""

from zhoudao.engines.mining.reading.building import ReadLog
from zhoudao.engines.mining.reading.files import read_log
from zhoudao.engines.mining.reading.limits import Limits
from zhoudao.engines.mining.reading.mapping import Mapping
from zhoudao.engines.mining.reading.remarks import FAULTS, SENTENCES, LogUnreadable, RefusedRow, Remark

__all__ = ["FAULTS", "SENTENCES", "Limits", "LogUnreadable", "Mapping", "ReadLog", "RefusedRow", "Remark", "read_log"]
