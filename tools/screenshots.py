"""Takes the pictures in docs/images from a running demo: `tools/screenshots.py URL --password PASSWORD`."""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Frame, Page, StorageState, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs/images"
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
QUESTION = "你好，新买的餐椅少了两把，什么时候能补发？"
PATIENCE = 60_000  # milliseconds


def main() -> int:
    """This will take every page, light and dark, on a desk and on a phone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", metavar="URL", help="where the demo runs, such as http://127.0.0.1:8000")
    parser.add_argument("--email", default="zhao.min@demo.zhoudao.local", help="who signs in (a team lead)")
    parser.add_argument("--password", required=True, help="the demo people's password, as the first start printed it")
    parser.add_argument("--chromium", default="/usr/bin/chromium", metavar="FILE")
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox"])
        progress = begin_chat(browser, asked.url)
        state = sign_in(browser, asked.url, asked.email, asked.password)
        for scheme in ("light", "dark"):
            for size in SIZES:
                staff, customer = context_of(browser, scheme, size, state), context_of(browser, scheme, size)
                _take_all(asked.url, progress, staff, customer, f"{scheme}-{size}")
        browser.close()
    return 0


def _take_all(url: str, progress: str, staff: BrowserContext, customer: BrowserContext, look: str) -> None:
    page = staff.new_page()
    page.goto(f"{url}/desk/?view=all")
    page.locator(".row-link").first.wait_for(timeout=PATIENCE)
    urgent = page.locator(".row", has=page.locator(".chip-urgent"))
    (urgent if urgent.count() else page.locator(".row")).first.locator(".row-link").click()
    page.locator("#composer, .closed-note").first.wait_for(timeout=PATIENCE)
    _take(page, f"desk-{look}")
    page.goto(f"{url}/desk/board/?period=week")
    _take(page, f"board-{look}")
    staff.close()
    page = customer.new_page()
    page.goto(progress)
    _take(page, f"progress-{look}")
    _chat(page, url)
    _take(page, f"widget-{look}")
    customer.close()


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(1200)  # charts and transitions come to rest
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    print(name)


def context_of(browser: Browser, scheme: str, size: str, state: StorageState | None = None) -> BrowserContext:
    """A browser of somebody: of this size, in this light, signed in by this session."""
    is_phone = size == "phone"
    return browser.new_context(
        viewport=SIZES[size],  # type: ignore[arg-type]  # a dict is what Playwright takes
        device_scale_factor=2 if is_phone else 1,
        is_mobile=is_phone,
        has_touch=is_phone,
        color_scheme="dark" if scheme == "dark" else "light",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        storage_state=state,
    )


def sign_in(browser: Browser, url: str, email: str, password: str) -> StorageState:
    """The signed-in session."""
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{url}/desk/")
        page.locator("[name=login]").fill(email)
        page.locator("[name=password]").fill(password)
        page.locator("form button[type=submit]").first.click()
        page.locator(".view").first.wait_for(timeout=PATIENCE)
        return context.storage_state()


def begin_chat(browser: Browser, url: str) -> str:
    """A customer asks; returns the address of their progress page."""
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        frame = _chat(page, url)
        frame.locator("#case-link").wait_for(timeout=PATIENCE)
        return url + (frame.locator("#case-link").get_attribute("href") or "")


def _chat(page: Page, url: str) -> Frame:
    page.goto(f"{url}/demo/shop/")
    page.locator("button.launcher").click(timeout=PATIENCE)
    page.locator("iframe").wait_for()
    frame = page.frames[-1]
    frame.locator("#log li").first.wait_for(timeout=PATIENCE)  # it greets once it listens
    frame.locator("#text").fill(QUESTION, timeout=PATIENCE)
    frame.locator("#text").press("Enter")
    frame.locator(".visitor:not(.unsent)").first.wait_for(timeout=PATIENCE)
    return frame


if __name__ == "__main__":
    sys.exit(main())
