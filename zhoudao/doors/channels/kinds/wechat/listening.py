"""Hearing WeChat: signature first, then kept, then an answer within five seconds, else it asks three times."""

import hashlib
import secrets as chance
from datetime import UTC, datetime, timedelta

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.html import escape

from zhoudao.doors.channels import hooks
from zhoudao.doors.channels.kinds.wechat import passive
from zhoudao.doors.channels.kinds.wechat.crypto import NotGenuine, decrypt, encrypt, is_signed, signature
from zhoudao.doors.channels.kinds.wechat.reading import MAX_BYTES, Told, Unread, fields_of, read
from zhoudao.doors.channels.kinds.wechat.settings import Account, account_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import accept_raw
from zhoudao.rooms.conversations.commands.channels import note_channel
from zhoudao.rooms.conversations.models import Channel

TOLERANCE = timedelta(minutes=10)
SUCCESS = "success"  # what the platform wants to hear when there is nothing to say


def listen(channel: Channel, request: HttpRequest) -> HttpResponse:
    """The platform's check of the address (GET), or a message or event (POST)."""
    account, asked = account_of(channel), request.GET
    if not _is_genuine(account, asked):
        return hooks.refused(channel)
    if request.method == "GET":
        return _echo(channel, account, asked)
    if request.method != "POST":
        return hooks.problem(405, "post_only", "Messages are posted here.")
    if len(request.body) > MAX_BYTES:
        raise RequestDataTooBig
    try:
        raw = _opened(account, asked, request.body)
    except (NotGenuine, Unread):
        return hooks.refused(channel)
    return _plain(_sealed(account, _take(channel, account, raw)))


def _is_genuine(account: Account, asked: QueryDict) -> bool:
    moment, nonce = asked.get("timestamp", ""), asked.get("nonce", "")
    if not account.token or not (moment.isascii() and moment.isdigit() and len(moment) <= 12):
        return False
    if abs(datetime.now(UTC).timestamp() - int(moment)) > TOLERANCE.total_seconds():
        return False
    return is_signed(asked.get("signature", ""), account.token, moment, nonce)


def _echo(channel: Channel, account: Account, asked: QueryDict) -> HttpResponse:
    echo = asked.get("echostr", "")
    if account.key and "msg_signature" in asked:
        if not _is_sealed_by_them(account, asked, echo):
            return hooks.refused(channel)
        try:
            echo = decrypt(echo, key=account.key, app_id=account.app_id).decode(errors="replace")
        except NotGenuine:
            return hooks.refused(channel)
    note_channel(channel.id, verified_at=datetime.now(UTC).isoformat())
    return _plain(escape(echo[:200]))


def _opened(account: Account, asked: QueryDict, body: bytes) -> bytes:
    """The message itself. With a key set up nothing unencrypted is taken: plain messages are signed by nobody."""
    if not account.key:
        return body
    sealed = fields_of(body).get("Encrypt", "")
    if not sealed or not _is_sealed_by_them(account, asked, sealed):
        raise NotGenuine(NotGenuine.__doc__)
    return decrypt(sealed, key=account.key, app_id=account.app_id)


def _is_sealed_by_them(account: Account, asked: QueryDict, sealed: str) -> bool:
    parts = account.token, asked.get("timestamp", ""), asked.get("nonce", ""), sealed
    return is_signed(asked.get("msg_signature", ""), *parts)


def _take(channel: Channel, account: Account, raw: bytes) -> str:
    """This will keep what was told, and say what the platform is to answer."""
    try:
        told: Told | None = read(raw)
    except Unread:
        told = None
    key = told.key if told else f"unread/{hashlib.sha256(raw).hexdigest()}"
    is_new_thread = told is not None and passive.may_begin(channel, account, told)
    at = clock.now()
    delivery = accept_raw(channel=channel, key=key, raw=raw, at=at)
    if told is None:
        return SUCCESS
    if told.event == "subscribe" and account.welcome:
        return passive.written(told, account.welcome)
    is_repeated = delivery.received_at != at
    words = passive.wait_for_number(delivery) if is_new_thread or is_repeated else ""
    return passive.written(told, words) if words else SUCCESS


def _sealed(account: Account, answer: str) -> str:
    if not account.key or answer == SUCCESS:
        return answer
    sealed = encrypt(answer.encode(), key=account.key, app_id=account.app_id)
    moment, nonce = str(int(datetime.now(UTC).timestamp())), str(chance.randbelow(10**10))
    signed = signature(account.token, moment, nonce, sealed)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signed}]]></MsgSignature>"
        f"<TimeStamp>{moment}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
