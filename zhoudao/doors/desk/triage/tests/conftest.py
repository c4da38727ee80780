"""The workspace's shop and sign-in."""

from zhoudao.doors.desk.inbox.tests.browser import desk
from zhoudao.doors.desk.inbox.tests.conftest import shop, sign_in

__all__ = ["desk", "shop", "sign_in"]
