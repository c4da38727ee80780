"""What a new password may not be."""

import pytest
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError


@pytest.mark.parametrize("common", ["Password1234", " qwertyuiop "])
def test_a_common_password_is_refused(common: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(common)
    assert [error.code for error in refused.value.error_list] == ["password_too_common"]


def test_no_process_keeps_the_list() -> None:
    validate_password("correct horse battery staple")
    kept = [value for one in get_default_password_validators() for value in vars(one).values()]
    assert not any(isinstance(value, set | frozenset | list) for value in kept)


def test_people_read_all_that_is_asked_before_they_choose() -> None:
    assert len([text for text in password_validators_help_texts() if text]) == 3
