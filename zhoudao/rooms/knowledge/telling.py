"""Who hears of articles: who approves them, who wrote them, whose they are, and who is asked to read."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.kit.languages import FALLBACK
from zhoudao.rooms.knowledge.models import Article, Version
from zhoudao.rooms.knowledge.texts import shown

APPROVE = "articles:approve"
HOME = "/desk/knowledge/articles/"
_APPROVERS = [role for role, rights in ROLES.items() if APPROVE in rights]
KINDS = (
    Kind("article_review", _("An article waits to be approved"), _("To be approved: “%(title)s”")),
    Kind("article_decided", _("An article of mine was decided on"), _("Decided: “%(title)s”")),
    Kind("article_ending", _("An article of mine is valid for some days only"), _("Valid until %(day)s: “%(title)s”")),
    Kind("release_new", _("A release note is to be read"), _("Please read what is new: “%(title)s”")),
    Kind("release_again", _("I am reminded of a release note"), _("Please read what is new: “%(title)s”")),
)


def register_kinds() -> None:
    """This will let people choose about them."""
    for kind in KINDS:
        register(kind)


def approvers() -> set[UUID]:
    """Who may approve articles: by a role that holds for the whole company (one statement)."""
    grants = Grant.objects.filter(role__in=_APPROVERS, store=None, team=None, user__is_active=True)
    return set(grants.values_list("user_id", flat=True))


def readers_of(version: Version) -> set[UUID]:
    """Who is asked to read a release note: everybody who works here, or in the teams it names (one statement)."""
    people = User.objects.filter(is_active=True, grants__isnull=False)
    if version.teams:
        people = people.filter(grants__team__code__in=version.teams)
    return set(people.values_list("id", flat=True))


def tell(kind: str, version: Version, people: Iterable[UUID | None], *, more: str = "", at: datetime) -> int:
    """This will tell these people of a version; returns how many are told."""
    article: Article = version.article
    named = {"title": shown(version.texts, FALLBACK).title, "day": str(version.valid_until or "")}
    news = News(kind, f"{kind}:{version.id}:{more}", f"{HOME}{article.code}/", named)
    return notify(news, {one for one in people if one is not None}, at=at)
