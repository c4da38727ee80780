"""Users, their roles with scope, stores, teams and API tokens."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.roles import ROLES
from zhoudao.kit.ids import uuid7
from zhoudao.kit.languages import pick


class Place(models.Model):
    """A store or a team. Closed, it keeps all that was in it, and nothing new comes."""

    names = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        name = pick(self.names, get_language()) or str(getattr(self, "code", ""))
        return _("%(name)s (closed)") % {"name": name} if self.closed_at else name


class Store(Place):
    """Where a case or order belongs: the web shop, a shop, head office. Its zone dates its figures."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=16, choices=[(k, k) for k in ("web", "shop", "head_office")], default="shop")
    zone = models.CharField(max_length=64, default="Asia/Shanghai")
    city = models.CharField(max_length=60, blank=True)
    street = models.CharField(max_length=120, blank=True, db_default="")
    phone = models.CharField(max_length=30, blank=True, db_default="")


class Team(Place):
    """People who share a queue."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True)


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=80)
    language = models.CharField(_("Language"), max_length=10, default="zh-hans")
    theme = models.CharField(max_length=8, default="system", choices=[(k, k) for k in ("system", "light", "dark")])
    zone = models.CharField(_("Time zone"), max_length=64, blank=True)  # empty: head office's
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    held: list[dict[str, Any]] | None = None  # the grants, where they were read with the user

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """There is no Django admin here."""
        return False


class Grant(models.Model):
    """A role of a user, everywhere or only in one store or team."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=32, choices=[(role, role) for role in ROLES])
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "store", "team"], name="one_grant", nulls_distinct=False)
        ]


class Guess(models.Model):
    """Guesses of one person's password, or from one address, since `since`; only a keyed hash of who it was is kept."""

    key = models.BinaryField(max_length=16, primary_key=True)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()


class ApiToken(models.Model):
    """A key for programs: only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
