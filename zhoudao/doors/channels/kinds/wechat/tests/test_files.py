"""Pictures and voices: with their message, or later; one that never loads is kept, said and can be tried again."""

from datetime import timedelta

import pytest

from zhoudao.doors.channels.kinds.wechat import reasons
from zhoudao.doors.channels.kinds.wechat.tests.conftest import Line, told
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.files import store
from zhoudao.rooms.conversations.commands.late_files import ask_for_file
from zhoudao.rooms.conversations.commands.retrying import TRIES
from zhoudao.rooms.conversations.models import Attachment, Delivery, Message
from zhoudao.rooms.conversations.queries import thread
from zhoudao.rooms.conversations.refusals import MessageNotFound, NotFailed

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PICTURE = told("image", MsgId="1", PicUrl="http://mmbiz.example/1", MediaId="media-1")


def test_a_picture_comes_with_its_message_whatever_type_it_claims(line: Line) -> None:
    line.platform.media["media-1"] = ("text/html", PNG)
    message = line.takes(PICTURE)
    assert (message.text, message.failure) == ("[图片]", "")
    (shown,) = thread([message.conversation_id])[0].attachments
    assert (shown.name, shown.content_type, shown.size) == ("image-1.png", "image/png", len(PNG))
    assert store.read(Attachment.objects.get().file) == PNG


def test_a_voice_says_what_the_platform_heard(line: Line) -> None:
    line.platform.media["v"] = ("audio/amr", b"#!AMR\n" + b"\x01" * 30)
    message = line.takes(told("voice", MsgId="2", MediaId="v", Format="amr", Recognition="洗衣机漏水了"))
    assert message.text == "洗衣机漏水了"
    assert Attachment.objects.get().file.content_type == "audio/amr"


def test_a_video_is_fetched_where_the_platform_says(line: Line) -> None:
    video = b"\0\0\0\x18ftypmp42" + b"0" * 20
    line.platform.media["v"] = ("application/json", f'{{"video_url": "{line.platform.url}/cdn"}}'.encode())
    usual = line.platform.answer

    def answer(path: str, query: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        return (200, "video/mp4", video) if path == "/cdn" else usual(path, query, body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line.platform, "answer", answer)
        line.takes(told("video", MsgId="3", MediaId="v", ThumbMediaId="t"))
    assert Attachment.objects.get().file.content_type == "video/mp4"


def test_a_video_address_inside_our_network_is_not_followed(line: Line) -> None:
    line.platform.media["v"] = ("application/json", b'{"video_url": "https://169.254.169.254/latest/meta-data/"}')
    message = line.takes(told("video", MsgId="3", MediaId="v"))
    assert message.failure.split("\n")[0] == reasons.FORBIDDEN
    assert Attachment.objects.count() == 0


def test_a_picture_that_never_loads_is_kept_with_the_reason(line: Line) -> None:
    line.platform.broken = [503, 503]
    message = line.takes(PICTURE)
    assert (message.text, message.failure.split("\n")[0]) == ("[图片]", reasons.BUSY)
    assert Delivery.objects.get().status == "parsed", "the message itself arrived"
    for n in range(2, TRIES + 1):
        line.platform.broken = [503, 503]
        assert line.fetches(message).attempts == n
    assert thread([message.conversation_id])[0].failure.startswith(reasons.BUSY)
    assert thread([message.conversation_id], audience="customer")[0].failure == ""


def test_what_loads_later_is_put_into_its_message_once_and_pages_are_told(line: Line) -> None:
    line.platform.broken = [503]
    message = line.takes(PICTURE)
    line.platform.media["media-1"] = ("image/png", PNG)
    for _ in range(2):
        assert line.fetches(message).failure == ""
    assert Attachment.objects.count() == 1
    told_of = Event.objects.get(type="conversations.FileArrived")
    assert told_of.primary_id == message.conversation_id


def test_a_file_the_platform_no_longer_has_is_not_asked_for_again_by_itself(line: Line) -> None:
    message = line.takes(PICTURE)
    assert message.failure == f"{reasons.EXPIRED}\n40007 invalid media_id"
    line.platform.media["media-1"] = ("image/png", PNG)
    ask_for_file(message_id=message.id)
    assert line.fetches(message).failure == ""
    with pytest.raises(NotFailed):
        ask_for_file(message_id=message.id)
    with pytest.raises(MessageNotFound):
        ask_for_file(message_id=message.conversation_id)


def test_an_empty_or_too_large_file_says_so(line: Line, settings: object) -> None:
    line.platform.media["media-1"] = ("image/png", b"")
    assert line.takes(PICTURE).failure == reasons.FILE_EMPTY
    settings.FILE_LIMIT_BYTES = 30  # type: ignore[attr-defined]  # pytest-django's settings
    line.platform.media["big"] = ("image/png", PNG)
    message = line.takes(told("image", MsgId="9", MediaId="big"))
    assert message.failure == reasons.FILE_TOO_LARGE


def test_a_message_that_comes_again_while_its_picture_waits_stays_one(line: Line) -> None:
    line.platform.broken = [503]
    line.takes(PICTURE)
    line.ahead = timedelta(minutes=1)
    line.hears(PICTURE)
    line.reads()
    assert Message.objects.count() == 1
