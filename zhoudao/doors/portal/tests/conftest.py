"""A working shop and a customer's browser."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.test import Client

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.ground.installation.models import Installation
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop


@dataclass
class Visitor:
    """Somebody who chats, over HTTP and with nothing but their token."""

    channel: str = "webchat"
    token: str = ""
    client: Client = field(default_factory=lambda: Client(headers={"Accept-Language": "en"}))
    numbers: "count[int]" = field(default_factory=lambda: count(1000_0000))

    def start(self) -> "Visitor":
        self.token = self.client.post(f"/widget/{self.channel}/start").json()["token"]
        return self

    def says(self, text: str, **differs: Any) -> Any:
        body = {"client_id": f"c-{next(self.numbers)}", "text": text} | differs
        return self.post("messages", body)

    def post(self, path: str, body: Any, **more: Any) -> Any:
        more.setdefault("content_type", "application/json")
        return self.client.post(f"/widget/{self.channel}/{path}", body, headers=self.headers, **more)

    def sends(self, **fields: Any) -> Any:
        """As a form, with files."""
        body = {"client_id": f"c-{next(self.numbers)}"} | fields
        return self.client.post(f"/widget/{self.channel}/messages", body, headers=self.headers)

    def sees(self, **query: Any) -> Any:
        return self.client.get(f"/widget/{self.channel}/messages", query, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@pytest.fixture
def shop(transactional_db: None, settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # six people sign up for every test
    clock.set_clock(shown_start=TUESDAY, rate=1)
    Installation.objects.update(name={"zh-Hans": "和风家居", "en": "Hefeng Home"}, is_demo=True)
    return open_shop()


@pytest.fixture
def visitor(shop: Shop) -> Visitor:
    return Visitor().start()


def answer(shop: Shop, case: Case, text: str = "您好，马上为您查。", who: str = "wang") -> Case:
    reply_to_case(case_id=case.id, text=text, viewer=shop.viewer(who), at=shop.now, real_now=shop.now)
    dispatch.drain()
    return Case.objects.get(id=case.id)


def solve(shop: Shop, case: Case, who: str = "wang") -> Case:
    resolve_case(case_id=case.id, outcome="solved", cause="question", viewer=shop.viewer(who), at=shop.now)
    dispatch.drain()
    return Case.objects.get(id=case.id)
