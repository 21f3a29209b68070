"""What admins change about one provider: its names, its trust, its logo, its notes, its file.

Each change is one transaction and one row of the provider's history. What the desk sets of what a file says is the desk's
from then on (``Provider.desk_fields``), and leaves with the next export.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from slugify import slugify

from articles.labels import counted
from articles.models import Article, Provider, ProviderAlias, Site, SourceFile
from articles.providers.spellings import Spelling, spelled
from articles.recording import (
    ChangeRefused,
    before,
    is_making,
    keep_first,
    keep_history,
    meant,
    note_in_history,
    unmake,
)
from articles.workflow import NN_, Trust

SAID = ("name", "domain", "description", "images")  # what a provider's file says
CHANGEABLE = (*SAID, "trust", "notes", "apart")
FOLDER = "_data/organizations"


def change(
    provider: Provider, values: Mapping[str, Any], *, actor: Any, reason: str = "", seen: str = "", at: datetime | None = None
) -> list[str]:
    """Give the provider other values; the names of those that differ. Raises ChangeRefused, and nothing has changed.
    ``seen``: what the admin saw of them (``recording.seen_of``); ``at``: when, if not now.

    Its earlier name and domain stay as an alias, since files may go on using them. Blocking begins with the articles that
    come in from now on: those that are there are the business of ``blocking``.
    """
    with transaction.atomic():
        row = Provider.objects.select_for_update().get(pk=provider.pk)
        values = meant(row, values, seen)
        names = [name for name in CHANGEABLE if name in values and getattr(row, name) != values[name]]
        if not names:
            return []
        keep_first(row, at)
        old = (row.name, row.domain)
        for name in names:
            setattr(row, name, values[name])
        if "name" in names or "domain" in names:
            _spell(row, old)
        row.desk_fields = sorted({*row.desk_fields, *(name for name in names if name in SAID)})
        if "trust" in names:
            row.blocked_from = newest_key() if row.trust == Trust.BLOCKED else None
        keep_history(row, actor, reason, at)
        row.save(update_fields=[*names, "desk_fields", "blocked_from"])
    provider.refresh_from_db()
    return names


def take_back(provider: Provider, history: int, *, actor: Any) -> list[str]:
    """Undo one change: a row of the provider's history; that it was added here, where nothing carries it yet. The name that
    it had meanwhile stays an alias. Raises ChangeRefused where somebody has changed the same since."""
    if is_making(provider, history):
        unmake(provider, carried=Article.objects.filter(provider=provider).exists(), actor=actor)
        return []
    values = before(provider, history, CHANGEABLE)
    return change(provider, values, actor=actor, reason=gettext("Undone"))


def why_not_called(site: int, spelling: Spelling, but: int | None = None) -> str:
    """Why no provider of the site, or none but ``but``, can be called so, as a sentence; "" where nothing is against it."""
    name, domain = spelling
    if not name:
        return gettext("A provider needs a name.")
    same = Provider.objects.filter(site=site, name=name, domain=domain).exclude(pk=but)
    taken = ProviderAlias.objects.filter(site=site, name=name, domain=domain).exclude(provider=but)
    other = same.first() or next((alias.provider for alias in taken.select_related("provider")), None)
    return gettext("%(name)s is called so already. Merge the two instead.") % {"name": other.name} if other else ""


def _spell(row: Provider, old: Spelling) -> None:
    """See that the new name and domain mean this provider, and go on meaning it by the old ones."""
    new = (row.name, row.domain)
    sentence = why_not_called(row.site_id, new, row.pk)
    if sentence:
        raise ChangeRefused(sentence, "name")
    for name, domain in {old, new}:
        ProviderAlias.objects.get_or_create(site_id=row.site_id, name=name, domain=domain, defaults={"provider": row})


def add_provider(site: Site, *, name: str, domain: str = "", trust: str = Trust.NORMAL, actor: Any) -> Provider:
    """A provider that no file has mentioned yet, with a file of its own at the next export. Raises ChangeRefused."""
    with transaction.atomic():
        sentence = why_not_called(site.pk, (name, domain))
        if sentence:
            raise ChangeRefused(sentence, "name")
        provider = Provider(site=site, name=name, domain=domain, trust=trust, path=free_path(site, domain or name))
        provider.desk_fields = [field for field in SAID if getattr(provider, field)]
        keep_history(provider, actor, gettext("Added on the desk"))
        provider.save()
        ProviderAlias.objects.create(site=site, provider=provider, name=name, domain=domain)
    return provider


def describe(provider: Provider, *, actor: Any) -> None:
    """Give a provider that only articles have mentioned a file of its own, at the next export."""
    if not provider.path:
        provider.path = free_path(provider.site, provider.domain or provider.name)
        provider.desk_fields = sorted({*provider.desk_fields, *(name for name in SAID if getattr(provider, name))})
        keep_history(provider, actor, gettext("Given a file"))
        provider.save(update_fields=["path", "desk_fields"])


# --- aliases ----------------------------------------------------------------------------------------------------------
def why_not_alias(provider: Provider, spelling: Spelling) -> str:
    """Why this name and domain cannot be an alias of the provider, as a sentence; "" where nothing is against it."""
    if spelling == ("", ""):
        return gettext("An alias needs a name or a domain.")
    taken = ProviderAlias.objects.filter(site=provider.site_id, name=spelling[0], domain=spelling[1])
    other = taken.select_related("provider").first()
    if other is None:
        return ""
    if other.provider_id == provider.pk:
        return gettext("This alias is here already.")
    return gettext("This is an alias of %(name)s already. Merge the two, or remove it there.") % {"name": other.provider.name}


def add_alias(provider: Provider, spelling: Spelling, *, actor: Any) -> ProviderAlias:
    """Let files mention the provider by another name and domain. Raises ChangeRefused."""
    with transaction.atomic():
        sentence = why_not_alias(provider, spelling)
        if sentence:
            raise ChangeRefused(sentence, "alias")
        alias = ProviderAlias.objects.create(
            site_id=provider.site_id, provider=provider, name=spelling[0], domain=spelling[1]
        )
        note_in_history(provider, actor, gettext("Alias added: %(alias)s") % {"alias": alias})
    return alias


def why_not_removed(alias: ProviderAlias) -> str:
    """Why an alias has to stay, as a sentence; "" where nothing is against its removal."""
    provider, spelling = alias.provider, (alias.name, alias.domain)
    if spelling == (provider.name, provider.domain):
        return gettext("This is the provider's own name. Rename it instead.")
    count = Article.objects.filter(spelled(spelling), site=provider.site_id, provider=provider).count()
    words = NN_("%(count)s article carries this name, so it stays an alias.", "%(count)s articles carry this name, so it stays an alias.")
    return counted(words, count) if count else ""


def remove_alias(alias: ProviderAlias, *, actor: Any) -> None:
    """Take an alias away that no article carries. Raises ChangeRefused."""
    provider = alias.provider
    with transaction.atomic():
        sentence = why_not_removed(alias)
        if sentence:
            raise ChangeRefused(sentence, "alias")
        alias.delete()
        note_in_history(provider, actor, gettext("Alias removed: %(alias)s") % {"alias": alias})


# --- what several acts need ------------------------------------------------------------------------------------------
def newest_key() -> int:
    """The key of the article that came in last."""
    return Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def free_path(site: Site, text: str) -> str:
    """Where a new file of a provider goes: no path that a file or another provider has, whatever the disk thinks of case."""
    stem = re.sub(r"[^a-z0-9.-]+", "-", text.casefold()) if text.isascii() else slugify(text)
    stem = stem.strip(".-")[:100] or "provider"
    taken = {path.casefold() for path in SourceFile.objects.filter(site=site).exclude(kind="article").values_list("path", flat=True)}
    taken |= {path.casefold() for path in Provider.objects.filter(site=site).values_list("path", flat=True)}
    count = 1
    while (path := f"{FOLDER}/{stem}{f'-{count}' if count > 1 else ''}.md").casefold() in taken:
        count += 1
    return path
