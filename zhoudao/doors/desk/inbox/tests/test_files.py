"""Files of a case: shown when they are pictures, saved when they are not, to nobody else."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload, receive_message
from zhoudao.rooms.conversations.models import Attachment, Enclosure, Message

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PAGE = b"<html><script>alert(1)</script></html>"


def _case_with(shop: Shop, *uploads: Upload) -> Case:
    inbound = Inbound(
        channel="webchat",
        external_id="with-files",
        claims=[Claim("visitor", "visitor-1", scope="webchat")],
        text="照片",
        uploads=uploads,
    )
    received = receive_message(inbound=inbound, at=shop.now)
    dispatch.drain()
    return Case.objects.get(conversation_id=received.conversation_id)


def test_pictures_are_shown_and_pages_only_saved(shop: Shop, sign_in: Callable[[str], Client]) -> None:
    case = _case_with(shop, Upload("漏水.png", PNG), Upload("evil.png", PAGE))
    client = sign_in("zhao")
    answers = [
        client.get(f"/desk/cases/{case.number}/files/{attachment.id}/")
        for attachment in Attachment.objects.order_by("id")
    ]

    assert answers[0]["Content-Type"] == "image/png"
    assert answers[0]["Content-Disposition"].startswith("inline")
    assert answers[0].content == PNG
    assert answers[1]["Content-Type"] == "application/octet-stream"
    assert answers[1]["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answers[1]["Content-Security-Policy"]


def test_a_file_belongs_to_its_case(shop: Shop, sign_in: Callable[[str], Client]) -> None:
    case = _case_with(shop, Upload("漏水.png", PNG))
    other = shop.hears("在吗", who="visitor-2")
    attachment = Attachment.objects.get()

    assert sign_in("zhao").get(f"/desk/cases/{other.number}/files/{attachment.id}/").status_code == 404
    assert sign_in("sun").get(f"/desk/cases/{case.number}/files/{attachment.id}/").status_code == 404


def _puts(client: Client, case: Case, name: str = "说明.pdf", content: bytes = b"%PDF-1.4 press twice") -> str:
    file = SimpleUploadedFile(name, content)
    return client.post(f"/desk/cases/{case.number}/enclosed/", {"file": file}).content.decode()


def test_a_chosen_file_is_kept_with_the_draft_sent_with_the_reply_and_given_back(
    shop: Shop, sign_in: Callable[[str], Client]
) -> None:
    case = shop.hears("怎么装？")
    client, colleague = sign_in("zhao"), sign_in("wang")
    assert "说明.pdf" in _puts(client, case)
    ways = client.get(f"/desk/cases/{case.number}/ways/").content.decode()
    assert "说明.pdf" in ways, "it is there again when the case is opened again"
    assert "说明.pdf" not in colleague.get(f"/desk/cases/{case.number}/ways/").content.decode()
    key = str(Enclosure.objects.get().id)
    stolen = colleague.post(f"/desk/cases/{case.number}/write/", {"text": "看", "enclosed": key})
    assert (stolen.status_code, Message.objects.filter(direction="out").count()) == (204, 0)
    sent = client.post(f"/desk/cases/{case.number}/write/", {"text": "", "mode": "reply", "enclosed": key})
    assert "说明.pdf" in sent.content.decode()
    message = Message.objects.get(direction="out", is_auto=False)
    client.post(f"/desk/cases/{case.number}/messages/{message.id}/undo/")
    assert "说明.pdf" in client.get(f"/desk/cases/{case.number}/ways/").content.decode()
    left = client.post(f"/desk/cases/{case.number}/enclosed/{Enclosure.objects.get().id}/").content.decode()
    assert "说明.pdf" not in left


def test_what_cannot_be_put_with_it_is_said_and_keeps_the_rest(shop: Shop, sign_in: Callable[[str], Client]) -> None:
    case = shop.hears("怎么装？")
    client = sign_in("zhao")
    assert "空" in _puts(client, case, "empty.txt", b"")
    for n in range(5):
        _puts(client, case, f"{n}.txt", f"{n}".encode())
    sixth = _puts(client, case, "5.txt", b"5")
    assert "5" in sixth
    assert 'role="alert"' in sixth
    assert Enclosure.objects.count() == 5
    assert sign_in("sun").post(f"/desk/cases/{case.number}/enclosed/").status_code == 404
