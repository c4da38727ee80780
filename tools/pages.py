"""Takes a picture of every page of a running demo: `tools/pages.py URL --admin-password … --password …`.

Walks from link to link as an administrator, a team lead and a customer, once for each address of the house, at desk and
phone width, and writes docs/pages.md with what was seen.
"""

import argparse
import io
import os
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.urls import Resolver404, resolve
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, StorageState, sync_playwright
from screenshots import PATIENCE, SIZES, begin_chat, context_of, sign_in

DOCS = Path(__file__).resolve().parent.parent / "docs"
FOLDER = DOCS / "images/pages"
QUALITY, WIDEST = 72, {"desktop": 1200, "phone": 390}
_ENDS = ("account_logout", "portal-sign_out")
_STAFF = {
    "administrator": (
        "admin@zhoudao.local",
        ["/desk/", "/desk/settings/", "/desk/routing/", "/desk/notices/", "/accounts/2fa/", "/desk/profile/"],
    ),
    "team lead": ("zhao.min@demo.zhoudao.local", ["/desk/board/", "/desk/flows/", "/desk/search/?q=退款"]),
}
_OPEN = ["/portal/", "/help/", "/book/", "/kiosk/", "/demo/shop/", "/accounts/login/"]


@dataclass(frozen=True)
class Seen:
    """A page that was looked at."""

    name: str
    title: str
    route: str
    who: str


def main() -> int:
    """This will walk through the demo, take the pictures and write the page that shows them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", metavar="URL", help="where the demo runs, such as http://127.0.0.1:8000")
    parser.add_argument("--password", required=True, help="the demo people's password, as the first start printed it")
    parser.add_argument("--admin-password", required=True, help="the administrator's")
    parser.add_argument("--chromium", default="/usr/bin/chromium", metavar="FILE")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhoudao.config.settings")
    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    seen: dict[str, Seen] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox"])
        progress = begin_chat(browser, asked.url).removeprefix(asked.url)
        for who, (email, starts) in _STAFF.items():
            password = asked.admin_password if who == "administrator" else asked.password
            walker = Walker(browser, asked.url, who, sign_in(browser, asked.url, email, password))
            walker.walk(starts, seen)
        Walker(browser, asked.url, "customer").walk([progress, *_OPEN], seen)
        browser.close()
    (DOCS / "pages.md").write_text("\n".join(_lines(list(seen.values()))) + "\n", "utf-8")
    print(f"{len(seen)} pages.")
    return 0


@dataclass(frozen=True)
class Walker:
    """Somebody who looks at pages, at the desk and on the phone."""

    browser: Browser
    url: str
    who: str
    state: StorageState | None = None

    def walk(self, starts: list[str], seen: dict[str, Seen]) -> None:
        """Every page they come to from these, breadth first, where nobody was before."""
        desk, phone = (context_of(self.browser, "light", size, self.state) for size in SIZES)
        page, waiting, asked = desk.new_page(), deque(starts), set[str]()
        while waiting:
            path = waiting.popleft()
            name, route = _named(path)
            if not name or name in asked or name in seen or name in _ENDS:
                continue
            asked.add(name)
            if not _open(page, self.url + path):
                continue
            seen[name] = Seen(name, page.title().split(" · ")[0], f"/{route}", self.who)
            _take(page, name, "desktop")
            _take_on_phone(phone, self.url + path, name)
            waiting.extend(_links(page, self.url))
        desk.close()
        phone.close()


def _named(path: str) -> tuple[str, str]:
    """The name and route of an address; nothing for what is not ours."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return "", ""
    return (found.view_name or "").replace(":", "-"), found.route


def _open(page: Page, address: str) -> bool:
    """Whether this is a page: whole, readable, and nobody was sent elsewhere."""
    try:
        answer = page.goto(address, timeout=PATIENCE)
    except Error:  # a file to save
        return False
    is_page = answer is not None and answer.ok and "text/html" in answer.headers.get("content-type", "")
    return is_page and urlsplit(page.url).path == urlsplit(address).path and page.locator("main, body").count() > 0


def _links(page: Page, url: str) -> Iterator[str]:
    for href in page.locator("a[href]:not([download])").evaluate_all("all => all.map((each) => each.href)"):
        if str(href).startswith(f"{url}/"):
            yield str(href).removeprefix(url).partition("#")[0]


def _take_on_phone(context: BrowserContext, address: str, name: str) -> None:
    page = context.new_page()
    page.goto(address, timeout=PATIENCE)
    _take(page, name, "phone")
    page.close()


def _take(page: Page, name: str, size: str) -> None:
    page.wait_for_timeout(900)  # charts and transitions come to rest
    with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as shot:
        small = shot.convert("RGB")
        small.thumbnail((WIDEST[size], 2000))
        small.save(FOLDER / f"{name}-{size}.webp", quality=QUALITY, method=6)
    print(name, size, flush=True)


def _lines(seen: list[Seen]) -> Iterator[str]:
    yield "# Every page"
    yield ""
    yield "As the demo company shows them, in Chinese, light; each is there in English and in the dark too."
    yield "Made by `tools/pages.py`."
    for who in dict.fromkeys(one.who for one in seen):
        yield from ("", f"## Seen by: {who}", "", "| page | desk | phone |", "| --- | --- | --- |")
        for one in sorted((one for one in seen if one.who == who), key=lambda one: one.route):
            wide, narrow = (f"images/pages/{one.name}-{size}.webp" for size in SIZES)
            words = f"{one.title}<br>`{one.route}`"
            yield f'| {words} | <img src="{wide}" width="480" alt=""> | <img src="{narrow}" width="150" alt=""> |'


if __name__ == "__main__":
    sys.exit(main())
