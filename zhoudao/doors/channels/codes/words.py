"""What a message with a code says, in the active language."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick


def company_name() -> str:
    """The company's own name."""
    return " ".join(pick(clock.company(), get_language()).split())


def code_words(code: str) -> str:
    """The whole message."""
    return _(
        "{code} is your code for {company}. It is good for ten minutes. Nobody of ours will ever ask you for it; "
        "if you did not ask for a code, do nothing."
    ).format(code=code, company=company_name())
