"""Files that go with an answer: kept as they are chosen, sent whole, given back when it is taken back."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from zhoudao.ground.files import store
from zhoudao.ground.files.models import StoredFile
from zhoudao.rooms.conversations import commands, links
from zhoudao.rooms.conversations.commands import Upload
from zhoudao.rooms.conversations.models import Attachment, Conversation, Enclosure, Message
from zhoudao.rooms.conversations.privacy import KEEPER
from zhoudao.rooms.conversations.queries import enclosed, thread
from zhoudao.rooms.conversations.refusals import EnclosureGone, FilesTooLarge, FilesTooMany, MessageEmpty
from zhoudao.rooms.conversations.tests.conftest import NOON
from zhoudao.rooms.conversations.tests.test_replying import VIEWER, answer, mail, talk

__all__ = ["mail", "talk"]
pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ME = VIEWER.user_id or uuid4()


def put(conversation: Conversation, name: str = "说明书.pdf", content: bytes = b"%PDF-1.4 press twice") -> UUID:
    upload = Upload(name, content)
    return commands.enclose(conversation_id=conversation.id, user_id=ME, upload=upload, at=NOON).id


def names(conversation: Conversation, who: UUID = ME) -> list[str]:
    return [file.name for file in enclosed([conversation.id], who)]


def taken(*ids: UUID, who: UUID = ME) -> list[Upload]:
    return commands.take_enclosures(list(ids), user_id=who)


def test_a_file_is_its_writers_and_goes_with_the_answer(mail: Conversation) -> None:
    first, second = put(mail), put(mail, "../../机身.png", PNG)
    assert names(mail) == ["说明书.pdf", "机身.png"]
    assert names(mail, uuid4()) == []
    with pytest.raises(EnclosureGone):
        taken(first, second, who=uuid4())
    message = answer(mail, "请看说明", uploads=taken(first, second))
    assert [file.name for file in thread([mail.id])[-1].attachments] == ["说明书.pdf", "机身.png"]
    assert [store.read(row.file) for row in Attachment.objects.order_by("id")] == [b"%PDF-1.4 press twice", PNG]
    assert (names(mail), StoredFile.objects.count()) == ([], 2)
    with pytest.raises(EnclosureGone):
        taken(first)
    assert message.status == "queued"


def test_without_words_a_file_is_enough_and_without_either_nothing_is_sent(mail: Conversation) -> None:
    message = answer(mail, "", uploads=taken(put(mail)))
    assert Message.objects.get(id=message.id).text == ""
    with pytest.raises(MessageEmpty):
        answer(mail, " ")


def test_taken_back_its_files_are_with_the_draft_again(mail: Conversation) -> None:
    message = answer(mail, "请看", uploads=taken(put(mail)))
    commands.undo_reply(message_id=message.id, viewer=VIEWER, at=NOON)
    assert names(mail) == ["说明书.pdf"]
    assert not Attachment.objects.exists(), "an answer nobody got has none"
    answer(mail, "请看", uploads=taken(Enclosure.objects.get().id))
    assert Attachment.objects.count() == 1


def test_a_sixth_file_and_too_many_bytes_are_refused_and_keep_the_others(mail: Conversation, settings: Any) -> None:
    for n in range(5):
        put(mail, f"{n}.txt", f"{n}".encode())
    with pytest.raises(FilesTooMany):
        put(mail, "5.txt", b"5")
    assert len(names(mail)) == 5
    commands.drop_enclosure(enclosure_id=Enclosure.objects.order_by("id")[0].id, user_id=uuid4())
    assert len(names(mail)) == 5, "somebody else's stay"
    commands.drop_enclosure(enclosure_id=Enclosure.objects.order_by("id")[0].id, user_id=ME)
    settings.DELIVERY_LIMIT_BYTES = 20
    with pytest.raises(FilesTooLarge):
        put(mail, "large.txt", b"x" * 30)
    with pytest.raises(FilesTooLarge):
        answer(mail, "看", uploads=[Upload("large.txt", b"x" * 30)])
    assert names(mail) == ["1.txt", "2.txt", "3.txt", "4.txt"]


def test_a_link_leads_to_a_sent_file_only(mail: Conversation) -> None:
    message = answer(mail, "看", uploads=taken(put(mail)))
    row = Attachment.objects.get()
    token = links.file_url(row).rstrip("/").rpartition("/")[2]
    assert links.attachment_behind(token) == row
    assert links.attachment_behind(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    Message.objects.filter(id=message.id).update(status="undone")
    assert links.attachment_behind(token) is None


def test_nothing_of_it_is_left_of_who_is_forgotten(mail: Conversation) -> None:
    put(mail)
    answer(mail, "看", uploads=taken(put(mail, "b.txt", b"b")))
    KEEPER.forget([mail.customer_id], NOON)
    store.erase(mail.customer_id)
    assert [model.objects.count() for model in (Enclosure, Attachment, StoredFile)] == [0, 0, 0]
