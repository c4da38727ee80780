"""Who is above: a team's leads, and whom one asks when there are none."""

from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.ground.accounts.models import Grant


def leads_of(team_id: UUID | None, store_id: UUID | None) -> set[UUID]:
    """The team's leads; else those who lead everywhere, before others those who work in it; else the administrators."""
    here = Q(store=None) | Q(store=store_id)
    leads = _active().filter(here, role="team_lead")
    everywhere = leads.filter(team=None)
    if team_id is not None:
        for rows in (leads.filter(team=team_id), everywhere.filter(user__member__teams=team_id)):
            if found := _people(rows):
                return found
    return _people(everywhere) or administrators(store_id)


def leads_of_store(store_id: UUID) -> set[UUID]:
    """Whoever leads all of a store, that is everywhere or there, and the administrators."""
    here = Q(store=None) | Q(store=store_id)
    return _people(_active().filter(here, role="team_lead", team=None)) | administrators(store_id)


def administrators(store_id: UUID | None = None) -> set[UUID]:
    """Whoever may repair it all, in the company or in this store."""
    here = Q(store=None) | Q(store=store_id)
    return _people(_active().filter(here, role="administrator", team=None))


def _active() -> QuerySet[Grant]:
    return Grant.objects.filter(user__is_active=True)


def _people(rows: QuerySet[Grant]) -> set[UUID]:
    return set(rows.values_list("user_id", flat=True))
