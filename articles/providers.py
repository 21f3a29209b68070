"""Which provider a name and a domain mean, and what admins do with providers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from articles.models import Article, Provider, ProviderAlias, Site

Spelling = tuple[str, str]  # (name, domain), "" where the file has none


def known_providers(site: Site) -> dict[Spelling, int]:
    """Every spelling that the site's providers go by, with the provider's key. One query."""
    rows = ProviderAlias.objects.filter(site=site).values_list("name", "domain", "provider_id")
    return {(name, domain): provider for name, domain, provider in rows}


def resolve(
    site: Site, spellings: Iterable[Spelling], known: Mapping[Spelling, int] | None = None
) -> dict[Spelling, int]:
    """The provider's key for each spelling; providers that are new are made. Call it inside a transaction."""
    wanted = set(spellings) - {("", "")}
    if known is None:
        known = known_providers(site)
    found = {spelling: known[spelling] for spelling in wanted if spelling in known}
    missing = sorted(wanted - found.keys())
    if missing:
        Provider.objects.bulk_create(
            [Provider(site=site, name=name or domain, domain=domain) for name, domain in missing], ignore_conflicts=True
        )
        made = {
            (name, domain): pk
            for name, domain, pk in Provider.objects.filter(
                site=site, domain__in={domain for _, domain in missing}
            ).values_list("name", "domain", "pk")
        }
        found.update(((name, domain), made[(name or domain, domain)]) for name, domain in missing)
        ProviderAlias.objects.bulk_create(
            [
                ProviderAlias(site=site, provider_id=found[spelling], name=spelling[0], domain=spelling[1])
                for spelling in missing
            ],
            ignore_conflicts=True,
        )
    return found


@dataclass(frozen=True)
class Record:
    """How the desk decided on a provider's articles lately."""

    approved: int
    rejected: int

    @property
    def total(self) -> int:
        return self.approved + self.rejected

    @property
    def share(self) -> int:
        """Percent approved."""
        return round(100 * self.approved / self.total) if self.total else 0


def record(provider: Provider, *, since: datetime | None = None) -> Record:
    """Decisions on the provider's articles, of the last 90 days unless ``since`` is given. One query."""
    since = since or timezone.now() - timedelta(days=90)
    counts = dict(
        provider.articles.filter(status__in=["approved", "rejected"], decided_at__gte=since)
        .order_by()
        .values_list("status")
        .annotate(models.Count("pk"))
    )
    return Record(counts.get("approved", 0), counts.get("rejected", 0))


class MergeRefused(Exception):
    """These providers cannot be merged. The text is a sentence."""


def merge(keep: Provider, others: Iterable[Provider], *, at: datetime, actor: Any = None) -> int:
    """Make one provider of several: their spellings become aliases of ``keep``, their articles its own.

    The files do not change: articles keep the name and domain that they came with. How many articles moved. The merge is
    recorded in the history of ``keep`` and of those that go.
    """
    gone = [other for other in others if other.pk != keep.pk]
    if any(other.site_id != keep.site_id for other in gone):
        raise MergeRefused(gettext("Providers of two sites cannot be merged."))
    if not gone:
        raise MergeRefused(gettext("Choose at least two providers to merge."))
    names = ", ".join(f"{other.name} ({other.domain})" if other.domain else other.name for other in gone)
    with transaction.atomic():
        for other in gone:
            ProviderAlias.objects.get_or_create(
                site_id=keep.site_id, name=other.name, domain=other.domain, defaults={"provider": other}
            )
        ProviderAlias.objects.filter(provider__in=gone).update(provider=keep)
        moved = Article.objects.filter(provider__in=gone).update(provider=keep)
        keep._history_user = actor
        keep._change_reason = f"Merged with {names}"[:100]
        keep.notes = f"{keep.notes}\n{at:%Y-%m-%d}: merged with {names}.".strip()
        keep.save(update_fields=["notes"])
        for other in gone:
            other._history_user = actor
            other._change_reason = f"Merged into {keep.name}"[:100]
            other.delete()
    return moved


def rename(provider: Provider, old: Spelling | None) -> None:
    """Keep the spelling that a provider had as an alias, and give it one of the new: files may use either."""
    for name, domain in {spelling for spelling in (old, (provider.name, provider.domain)) if spelling}:
        ProviderAlias.objects.get_or_create(
            site_id=provider.site_id, name=name, domain=domain, defaults={"provider": provider}
        )
