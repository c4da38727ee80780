"""The platform's double behaves as the platform is documented to."""

import http.client
import json
from typing import Any

from zhoudao.doors.channels.kinds.wechat import fake
from zhoudao.doors.channels.kinds.wechat.crypto import is_signed
from zhoudao.doors.channels.kinds.wechat.tests.conftest import AES_KEY


def ask(platform: fake.Platform, method: str, path: str, content: Any = None) -> Any:
    line = http.client.HTTPConnection("127.0.0.1", platform.port, timeout=5)
    line.request(method, path, json.dumps(content))
    answer = line.getresponse().read()
    line.close()
    return json.loads(answer) if answer.startswith(b"{") else answer


def test_it_gives_tokens_for_the_right_secret_and_knows_them_again(platform: fake.Platform) -> None:
    asked = {"grant_type": "client_credential", "appid": platform.app_id, "secret": "wrong"}
    assert ask(platform, "POST", "/cgi-bin/stable_token", asked)["errcode"] == 40125
    assert ask(platform, "POST", "/cgi-bin/stable_token", asked | {"appid": "wx1"})["errcode"] == 40013
    asked["secret"] = platform.app_secret
    first = ask(platform, "POST", "/cgi-bin/stable_token", asked)
    assert first["expires_in"] == 7200
    assert ask(platform, "POST", "/cgi-bin/stable_token", asked)["access_token"] == first["access_token"]
    forced = ask(platform, "POST", "/cgi-bin/stable_token", asked | {"force_refresh": True})
    assert forced["access_token"] != first["access_token"]
    path = f"/cgi-bin/media/get?access_token={first['access_token']}&media_id=m"
    assert ask(platform, "GET", path)["errcode"] == 40001
    platform.media["m"] = ("image/png", b"png")
    path = f"/cgi-bin/media/get?access_token={forced['access_token']}&media_id=m"
    assert ask(platform, "GET", path) == b"png"


def test_it_takes_messages_and_refuses_long_ones(platform: fake.Platform) -> None:
    platform.valid_tokens = {"t"}
    path = "/cgi-bin/message/custom/send?access_token=t"
    short = {"touser": "o", "msgtype": "text", "text": {"content": "好"}}
    assert ask(platform, "POST", path, short)["errcode"] == 0
    long = {**short, "text": {"content": "好" * 700}}
    assert ask(platform, "POST", path, long)["errcode"] == 45002
    assert platform.sent == [("o", "好")]


def test_it_signs_what_it_tells_and_gives_up_after_three_calls() -> None:
    platform = fake.Platform(aes_key=AES_KEY)
    asked, body = platform.packed(fake.told(MsgId="1", Content="<&>"))
    assert is_signed(asked["signature"], platform.token, asked["timestamp"], asked["nonce"])
    assert b"<&>" not in body
    assert platform.calls("http://127.0.0.1:1/", fake.told(MsgId="1")) == {"Failed": "the service does not answer"}
