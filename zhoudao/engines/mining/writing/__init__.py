"""Logs written as files other programs read, in plain columns only."""

from zhoudao.engines.mining.writing.batches import batches_of
from zhoudao.engines.mining.writing.flat import write_csv, write_parquet
from zhoudao.engines.mining.writing.ocel import ObjectFile, write_ocel
from zhoudao.engines.mining.writing.xes import write_xes

__all__ = ["ObjectFile", "batches_of", "write_csv", "write_ocel", "write_parquet", "write_xes"]
