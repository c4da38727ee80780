"""Asking the platform: with an access token that all processes share, fetched by one of them at a time."""

import base64
import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from zhoudao.doors.channels.kinds.wechat import reasons
from zhoudao.doors.channels.kinds.wechat.settings import account_of, client
from zhoudao.doors.channels.locks import only_one
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.ground.vault import box
from zhoudao.kit.outgoing import AddressRefused, Answer, AnswerTooLarge, NotAsked
from zhoudao.rooms.conversations.commands.channels import note_channel
from zhoudao.rooms.conversations.commands.deliveries import channel_key
from zhoudao.rooms.conversations.models import UNCONFIRMED, Channel

_MARGIN = timedelta(minutes=5)
_PATIENCE_SECONDS = 15.0
_LOOK_EVERY_SECONDS = 0.1
_BOUNDARY = secrets.token_hex(20)
_BROKE_OFF = frozenset([500, 502, 504])  # said on the way back, as often as on the way there


@dataclass
class PlatformRefused(Exception):
    """The platform answered with an error code."""

    code: int
    words: str

    def as_not_carried(self) -> NotCarried:
        """The same for who carries answers."""
        reason, is_final = reasons.of_code(self.code)
        return NotCarried(reason, f"{self.code} {self.words}"[:160], is_final=is_final)


def send_text(channel: Channel, open_id: str, text: str) -> None:
    """This will send one customer-service message; one the platform took without a word is `UNCONFIRMED`.

    Raises: NotCarried
    """
    content = {"touser": open_id, "msgtype": "text", "text": {"content": text}}
    token_of(channel)  # beforehand: what goes wrong with it leaves no doubt about the message
    _with_token(channel, "/cgi-bin/message/custom/send", body=content, is_once=True)


def send_picture(channel: Channel, open_id: str, picture: bytes, ending: str) -> None:
    """This will lend the platform a picture and send it.

    Raises: NotCarried
    """
    said = _json_of(_with_token(channel, "/cgi-bin/media/upload", query={"type": "image"}, body=_form(picture, ending)))
    if not said.get("media_id"):
        raise NotCarried(reasons.REFUSED, "no media_id")
    content = {"touser": open_id, "msgtype": "image", "image": {"media_id": said["media_id"]}}
    _with_token(channel, "/cgi-bin/message/custom/send", body=content, is_once=True)


def download(channel: Channel, media_id: str) -> bytes:
    """The bytes of a picture, voice or video; a video is where the platform says it is.

    Raises: NotCarried
    """
    answer = _with_token(
        channel, "/cgi-bin/media/get", query={"media_id": media_id}, max_bytes=settings.FILE_LIMIT_BYTES
    )
    address = _json_of(answer).get("video_url")
    return _asked(str(address), max_bytes=settings.FILE_LIMIT_BYTES).content if address else answer.content


def token_of(channel: Channel, *, refused: str = "") -> str:
    """An access token that counts; `refused` is one that was found not to.

    Raises: NotCarried
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        if (known := _known_token(channel)) and known != refused:
            return known
        with only_one(f"wechat-token|{channel.id}") as is_mine:
            if is_mine:
                known = _known_token(channel)
                return known if known and known != refused else _fetch_token(channel, is_forced=bool(refused))
        time.sleep(_LOOK_EVERY_SECONDS)
    raise NotCarried(reasons.BUSY)


def _with_token(
    channel: Channel,
    path: str,
    *,
    query: dict[str, str] | None = None,
    max_bytes: int = 0,
    body: Any = None,
    is_once: bool = False,
) -> Answer:
    """This will ask, once more with a new token when the platform no longer knows ours.

    `is_once`: what may have been taken must not be asked again.
    """
    account, token = account_of(channel), token_of(channel)
    for is_last in (False, True):
        address = f"{account.platform}{path}?{urlencode({'access_token': token, **(query or {})})}"
        answer = _asked(address, body, max_bytes, is_once=is_once)
        try:
            _judge(answer, is_once=is_once)
        except PlatformRefused as refusal:
            if is_last or refusal.code not in reasons.STALE_TOKEN:
                raise refusal.as_not_carried() from refusal
            token = token_of(channel, refused=token)
        else:
            break
    return answer


def _fetch_token(channel: Channel, *, is_forced: bool) -> str:
    account = account_of(channel)
    # The stable kind: fetching it takes nothing from other systems that use the same account.
    asked = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.app_secret}
    answer = _asked(f"{account.platform}/cgi-bin/stable_token", asked | {"force_refresh": is_forced})
    try:
        _judge(answer)
    except PlatformRefused as refusal:
        note_channel(channel.id, error=refusal.as_not_carried().reason, error_detail=f"{refusal.code}")
        raise refusal.as_not_carried() from refusal
    said = _json_of(answer)
    token, seconds = str(said.get("access_token", "")), int(said.get("expires_in") or 0)
    if not token:
        raise NotCarried(reasons.REFUSED, "no access_token")
    sealed = box.seal(channel_key(channel), token, place=_place(channel))
    until = datetime.now(UTC) + timedelta(seconds=seconds) - _MARGIN
    facts = {"token": base64.b64encode(sealed).decode(), "token_until": until.isoformat()}
    note_channel(channel.id, **facts, error="", error_detail="")
    return token


def _known_token(channel: Channel) -> str:
    state = Channel.objects.values_list("state", flat=True).get(id=channel.id)
    sealed, until = state.get("token"), state.get("token_until")
    if not sealed or datetime.fromisoformat(until) <= datetime.now(UTC):
        return ""
    return box.open_text(base64.b64decode(sealed), place=_place(channel))


def _place(channel: Channel) -> str:
    return f"channel.token.{channel.id}"


def _form(picture: bytes, ending: str) -> bytes:
    """A form of one file; the boundary stands in no picture."""
    about = f'Content-Disposition: form-data; name="media"; filename="picture.{ending}"'
    head = f"--{_BOUNDARY}\r\n{about}\r\nContent-Type: application/octet-stream\r\n\r\n"
    return head.encode() + picture + f"\r\n--{_BOUNDARY}--\r\n".encode()


def _asked(address: str, body: Any = None, max_bytes: int = 0, *, is_once: bool = False) -> Answer:
    method = "GET" if body is None else "POST"
    content = (
        body if isinstance(body, bytes) else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    )
    kind = f"multipart/form-data; boundary={_BOUNDARY}" if isinstance(body, bytes) else "application/json"
    try:
        answer = (client(max_bytes) if max_bytes else client()).ask(
            address, method=method, headers={"Content-Type": kind}, content=content
        )
    except AddressRefused as error:
        raise NotCarried(reasons.FORBIDDEN, is_final=True) from error
    except AnswerTooLarge as error:
        raise NotCarried(reasons.FILE_TOO_LARGE, is_final=True) from error
    except NotAsked as error:
        if is_once and error.is_heard:
            raise NotCarried(UNCONFIRMED, str(error), is_final=True) from error
        raise NotCarried(reasons.UNREACHABLE, str(error)) from error
    if is_once and answer.status in _BROKE_OFF:
        raise NotCarried(UNCONFIRMED, f"HTTP {answer.status}", is_final=True)
    if answer.status != 200:
        raise NotCarried(reasons.BUSY if answer.status >= 500 else reasons.REFUSED, f"HTTP {answer.status}")
    return answer


def _judge(answer: Answer, *, is_once: bool = False) -> None:
    said = _json_of(answer)
    if is_once and "errcode" not in said:
        raise NotCarried(UNCONFIRMED, is_final=True)  # whatever this is, the platform did not say it
    if code := said.get("errcode"):
        raise PlatformRefused(int(code), str(said.get("errmsg", "")))


def _json_of(answer: Answer) -> dict[str, Any]:
    """What was said in JSON; nothing when the answer is a file."""
    kind = answer.headers.get("content-type", "")
    if not answer.content.startswith(b"{") or "image/" in kind:
        return {}
    try:
        said = json.loads(answer.content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
