"""Run beside the product (`House` sets Django up): the board's figures over all time, as JSON."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries import board
from zhoudao.rooms.voice.board import satisfaction

asked = board.Asked(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
everybody = Viewer(actor="user:test", permissions=frozenset(["cases:read", "metrics:read"]))
at = clock.now()
figures = {
    "at": at.isoformat(),
    "standing": asdict(board.standing(everybody, asked, at=at)),
    "period": asdict(board.period(everybody, asked)),
    "promises": {one.kind: [one.kept, one.missed] for one in board.promises(everybody, asked)},
    "said": asdict(satisfaction(board.scope(everybody, asked), start=asked.start, end=asked.end)),
}
sys.stdout.write(json.dumps(figures))
