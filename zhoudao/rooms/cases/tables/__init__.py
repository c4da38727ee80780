"""The decision tables cases come with: which tier, which team. Managers publish other versions."""

from datetime import datetime
from pathlib import Path

from zhoudao.ground.decisions.commands import ensure_published


def ensure_default_tables(at: datetime) -> None:
    """This will publish the tables beside this file that nobody has published yet."""
    ensure_published(Path(__file__).parent, at=at)
