"""Who a session belongs to, read with their grants: every page of somebody signed in asks for both."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.questions import Question

_GRANTS = Grant.objects.filter(user=OuterRef("pk"))
_HELD = ArraySubquery(_GRANTS.values(each=JSONObject(role="role", store_id="store_id", team_id="team_id")))
_ACTIVE = Question(lambda user_id: User.objects.filter(id=user_id, is_active=True).annotate(read_with=_HELD), UUID)


class WithGrants(AuthenticationBackend):
    """As allauth's."""

    def get_user(self, user_id: Any) -> User | None:
        """Whoever this is and is still active, with their grants (one statement)."""
        found = _ACTIVE.first(user_id)
        if found is not None:
            found.held = found.read_with
        return found
