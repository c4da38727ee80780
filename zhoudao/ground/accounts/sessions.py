"""Sessions in the database, found by a query whose SQL is written once: every page asks for one."""

from datetime import UTC, datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session

from zhoudao.ground.questions import Question

_ALIVE = Question(lambda key, at: Session.objects.filter(session_key=key, expire_date__gt=at), str, datetime)


class SessionStore(DatabaseSessions):
    """As Django's."""

    def _get_session_from_db(self) -> Session | None:
        found = _ALIVE.first(self.session_key, datetime.now(UTC)) if self.session_key else None
        if found is None:
            self._session_key = None
        return found
