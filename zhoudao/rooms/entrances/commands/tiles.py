"""The front door's tiles: added, changed, taken away."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection, transaction

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.entrances.events import TileChanged
from zhoudao.rooms.entrances.models import Tile
from zhoudao.rooms.entrances.refusals import TileNotFound, TileUnsound
from zhoudao.rooms.entrances.targets import LINK, target_of
from zhoudao.rooms.entrances.tiles import ICONS

MOST_TILES = 24
_LANGUAGES = ("zh-Hans", "zh-Hant", "en")


@frozen
class TileSaid:
    """What a tile is to be; names and hints by language, the first language named at least."""

    names: Mapping[str, str]
    hints: Mapping[str, str]
    icon: str
    target: str
    address: str = ""
    position: int = 0
    is_shown: bool = True


@transaction.atomic
def save_tile(*, tile_id: UUID | None, said: TileSaid, at: datetime, by: By) -> Tile:
    """This will add a tile, or change one. Raises: TileNotFound, TileUnsound."""
    with connection.cursor() as cursor:  # two who add the last one at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('entrances.tiles'))")
    tile = _held(tile_id) if tile_id else Tile()
    if tile_id is None and Tile.objects.count() >= MOST_TILES:
        raise TileUnsound(TileUnsound.__doc__)
    tile.names, tile.hints = _words(said.names, 40), _words(said.hints, 80)
    is_sound = bool(tile.names) and said.icon in ICONS and target_of(said.target) is not None
    if not is_sound or not 0 <= said.position <= 999 or (said.target == LINK and not _is_web(said.address)):
        raise TileUnsound(TileUnsound.__doc__)
    tile.icon, tile.target, tile.position, tile.is_shown = said.icon, said.target, said.position, said.is_shown
    tile.address = said.address.strip() if said.target == LINK else ""
    tile.save()
    record(TileChanged(is_deleted=False), at=at, by=by, about=[About("tile", tile.id)])
    return tile


@transaction.atomic
def delete_tile(*, tile_id: UUID, at: datetime, by: By) -> None:
    """This will take a tile away. Raises: TileNotFound."""
    tile = _held(tile_id)
    record(TileChanged(is_deleted=True), at=at, by=by, about=[About("tile", tile.id)])
    tile.delete()


def _held(tile_id: UUID) -> Tile:
    tile = Tile.objects.select_for_update().filter(id=tile_id).first()
    if tile is None:
        raise TileNotFound(TileNotFound.__doc__)
    return tile


def _words(given: Mapping[str, str], longest: int) -> dict[str, str]:
    found = {tag: " ".join(given.get(tag, "").replace("\0", "").split())[:longest] for tag in _LANGUAGES}
    return {tag: text for tag, text in found.items() if text}


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and len(address) <= 300
