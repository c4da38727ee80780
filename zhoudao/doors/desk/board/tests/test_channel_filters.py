"""Whatever kind of channel there is can be asked for wherever channels can be asked for."""

import pytest
from django.http import QueryDict
from django.test import Client

from zhoudao.doors.desk import tags
from zhoudao.doors.desk.board.asking import chosen as of_board
from zhoudao.doors.desk.search.asking import chosen as of_search
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS


@pytest.mark.parametrize("kind", CHANNEL_KINDS)
def test_a_kind_is_understood_has_a_word_and_a_drawing(kind: str, db: None) -> None:
    asked = QueryDict(f"channel={kind}")

    assert of_board(asked, at=now()).asked.channel == kind
    assert of_search(asked, at=now()).wanted.channel == kind
    assert kind in tags.CHANNEL_WORDS
    assert kind in tags.CHANNELS


@pytest.mark.parametrize("page", ["/desk/board/", "/desk/search/?q=x", "/desk/causes/", "/board/wall/?turn=channel"])
def test_every_filter_and_the_walls_rotation_has_every_kind(page: str, db: None) -> None:
    client = Client()
    client.force_login(open_shop().cast.people["admin"], backend="zhoudao.ground.accounts.backends.WithGrants")

    text = client.get(page).content.decode()

    assert [kind for kind in CHANNEL_KINDS if f'value="{kind}"' not in text and f"channel={kind}" not in text] == []
