"""What a new password may not be."""

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator


class UncommonPassword(CommonPasswordValidator):
    """Django's list of common passwords, read when somebody sets one: kept, it takes 2 MB of every process for good."""

    def __init__(self) -> None:
        """The list is not read."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises: ValidationError."""
        CommonPasswordValidator().validate(password, user)
