"""Files of a case: shown when they are pictures, saved when they are not, to nobody else."""

from collections.abc import Callable

from django.test import Client

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload, receive_message
from zhoudao.rooms.conversations.models import Attachment

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
