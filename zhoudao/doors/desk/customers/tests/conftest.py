"""The inbox's shop, with customers who left a number."""

from zhoudao.doors.desk.inbox.tests.conftest import shop, sign_in

__all__ = ["shop", "sign_in"]
