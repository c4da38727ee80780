"""The front door's tiles: shipped once, shown where there is something behind them."""

import pytest

from zhoudao.rooms.entrances.models import Tile
from zhoudao.rooms.entrances.tiles import ICONS, SHIPPED, ensure_shipped_tiles, tiles_shown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bare() -> None:
    Tile.objects.all().delete()


def test_the_shipped_tiles_speak_three_languages_and_are_laid_once() -> None:
    ensure_shipped_tiles()
    ensure_shipped_tiles()
    assert Tile.objects.count() == len(SHIPPED)
    for icon, _target, names, hints in SHIPPED:
        assert icon in ICONS
        assert set(names) == set(hints) == {"zh-Hans", "zh-Hant", "en"}


def test_what_opens_nothing_or_is_hidden_is_not_shown() -> None:
    for position, (target, address) in enumerate(
        [("stores", ""), ("moon-trip", ""), ("link", "https://shop.example/care"), ("cases", "")]
    ):
        Tile.objects.create(position=position, icon="star", target=target, address=address, names={"en": target})
    Tile.objects.filter(target="cases").update(is_shown=False)
    assert [(tile.names["en"], tile.address, tile.is_outside) for tile in tiles_shown()] == [
        ("stores", "/portal/stores/", False),
        ("link", "https://shop.example/care", True),
    ]
