"""Which provider a name and a domain mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q

from articles.models import Provider, ProviderAlias, Site

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


def spelled(spelling: Spelling) -> Q:
    """The articles whose file spells its provider so; a file without a name or a domain has neither null nor "" to tell."""
    asked = Q()
    for column, value in zip(("provider_name", "provider_domain"), spelling, strict=True):
        asked &= Q(**{column: value}) if value else Q(**{f"{column}__isnull": True}) | Q(**{column: ""})
    return asked
