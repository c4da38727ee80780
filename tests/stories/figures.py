"""Run beside the product: the board's figures over all time, as JSON."""

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime

os.environ["DJANGO_SETTINGS_MODULE"] = "zhoudao.config.settings"
import django

django.setup()

from zhoudao.ground.accounts.viewer import Viewer  # noqa: E402  # Django must be set up before its models load
from zhoudao.ground.installation import clock  # noqa: E402
from zhoudao.rooms.cases.queries import board  # noqa: E402
from zhoudao.rooms.voice.board import satisfaction  # noqa: E402

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
