"""Every kind of channel is in every filter and has its word and drawing."""

from pathlib import Path

from zhoudao.doors.channels import kinds
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS


def test_there_is_a_kind_for_every_folder_and_a_folder_for_every_kind() -> None:
    folders = {one.parent.name for one in Path(next(iter(kinds.__path__))).glob("*/__init__.py")}

    assert folders == set(CHANNEL_KINDS)
