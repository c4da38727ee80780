"""A passkey, from setting it up to signing in with it alone: a real browser with an authenticator of its own."""

from typing import Any

from playwright.sync_api import expect

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, desk
from zhoudao.ground.accounts.tests.cast import PASSWORD
from zhoudao.rooms.cases.tests.shop import Shop

__all__ = ["desk"]
pytestmark = IN_BROWSER
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_somebody_sets_up_a_passkey_and_signs_in_with_it_alone(shop: Shop, desk: Desk) -> None:
    page = desk("zhao", "/desk/profile/")
    device: Any = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(page.url.replace("/desk/profile/", "/accounts/2fa/webauthn/add/"))
    page.fill("input[type=password]", PASSWORD)  # who sits here may have found the desk open
    page.keyboard.press("Enter")
    page.fill("input[name=name]", "我的手机")
    expect(page.locator("input[name=passwordless]")).to_be_checked()
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/**")

    page.context.clear_cookies()
    page.goto(page.url.partition("/accounts/")[0] + "/desk/")
    page.click("#passkey_login")

    expect(page.locator(".workspace")).to_be_visible()
    assert page.url.endswith("/desk/")
