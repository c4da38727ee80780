"""A forecast as bytes: numbers and names only, nothing that runs when it is read."""

import json
import zlib
from typing import Any

import numpy as np

from zhoudao.engines.forecast.boosting import Forest
from zhoudao.engines.forecast.calibrating import Isotonic
from zhoudao.engines.forecast.learning import Forecast
from zhoudao.engines.forecast.plain import Plain
from zhoudao.engines.forecast.reading import Meanings, Reader
from zhoudao.engines.forecast.training import RiskModel, TimeModel

FORMAT = 1


class ForecastUnreadable(Exception):
    """This forecast was kept by another version: one is to be learned anew."""


def to_bytes(forecast: Forecast) -> bytes:
    """The forecast, packed."""
    told: dict[str, Any] = {"format": FORMAT, "reader": [list(forecast.reader.common), forecast.reader.zone]}
    told |= {"time": _of_time(forecast.time), "risk": _of_risk(forecast.risk)}
    return zlib.compress(json.dumps(told).encode(), 6)


def from_bytes(packed: bytes) -> Forecast:
    """What `to_bytes` packed. Raises: ForecastUnreadable"""
    try:
        told = json.loads(zlib.decompress(packed))
        if told["format"] != FORMAT:
            raise ForecastUnreadable(ForecastUnreadable.__doc__)
        common, zone = told["reader"]
        return Forecast(Reader(tuple(common), zone), _time(told["time"]), _risk(told["risk"]))
    except (zlib.error, ValueError, KeyError, TypeError) as fault:
        raise ForecastUnreadable(ForecastUnreadable.__doc__) from fault


def _of_time(time: TimeModel | tuple[Plain, ...]) -> Any:
    if isinstance(time, TimeModel):
        forests = [_of_forest(one) for one in time.forests]
        return {"usual": _of_plain(time.usual), "words": _of_words(time.meanings), "forests": forests,
                "shifts": list(time.shifts)}  # fmt: skip
    return [_of_plain(one) for one in time]


def _time(told: Any) -> TimeModel | tuple[Plain, ...]:
    if isinstance(told, list):
        return tuple(_plain(one) for one in told)
    forests = tuple(_forest(one) for one in told["forests"])
    return TimeModel(_plain(told["usual"]), _words(told["words"]), forests, tuple(told["shifts"]))


def _of_risk(risk: RiskModel | Meanings | None) -> Any:
    if isinstance(risk, RiskModel):
        line = [risk.line.score.tolist(), risk.line.value.tolist()]
        return {"words": _of_words(risk.meanings), "forest": _of_forest(risk.forest), "line": line}
    return None if risk is None else _of_words(risk)


def _risk(told: Any) -> RiskModel | Meanings | None:
    if told is None:
        return None
    if "forest" not in told:
        return _words(told)
    line = Isotonic(*(np.array(each, np.float64) for each in told["line"]))
    return RiskModel(_words(told["words"]), _forest(told["forest"]), line)


def _of_plain(plain: Plain) -> Any:
    return {"name": plain.name, "states": [[list(state), value] for state, value in plain.answers.items()]}


def _plain(told: Any) -> Plain:
    return Plain(told["name"], {tuple(state): value for state, value in told["states"]})


def _of_words(meanings: Meanings) -> Any:
    return {"mean": meanings.mean, "codes": [list(known.items()) for known in meanings.by_code]}


def _words(told: Any) -> Meanings:
    return Meanings(told["mean"], tuple({int(code): value for code, value in known} for known in told["codes"]))


def _of_forest(forest: Forest) -> Any:
    finite = np.nan_to_num(forest.edge, posinf=1e300)
    return [forest.start, forest.feature.tolist(), finite.tolist(), forest.leaf.tolist()]


def _forest(told: Any) -> Forest:
    start, feature, edge, leaf = told
    depth = len(feature[0]) if feature else 1
    return Forest(
        start,
        np.array(feature, np.int32).reshape(-1, depth),
        np.array(edge, np.float64).reshape(-1, depth),
        np.array(leaf, np.float64).reshape(-1, 2**depth),
    )
