"""Two providers made one, with a look before, and made two again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext

from articles.mergers import MergeRefused, why_gone
from articles.models import Article, Merger, Provider, ProviderAlias, SavedView
from articles.providers.changing import newest_key
from articles.providers.spellings import spelled
from articles.recording import keep_first, keep_history
from articles.workflow import Status, Trust

KEPT = ("name", "domain", "description", "images", "trust", "notes", "path", "desk_fields", "blocked_from", "apart")
FILLED = ("description", "images", "path")  # what the one that stays takes over where it has none


@dataclass(frozen=True)
class Part:
    """One of the providers to merge, and what it brings."""

    provider: Provider
    article_count: int
    waiting_count: int
    aliases: tuple[ProviderAlias, ...]


@dataclass(frozen=True)
class MergePreview:
    """What a merger would do. ``filled``: what the one that stays takes over, by field."""

    keep: Part
    gone: tuple[Part, ...]
    filled: dict[str, Any] = field(default_factory=dict)

    @property
    def article_count(self) -> int:
        return sum(part.article_count for part in self.gone)

    @property
    def waiting_count(self) -> int:
        return sum(part.waiting_count for part in self.gone)

    @property
    def begins_block(self) -> bool:
        """Whether articles that come in under the others' names are rejected from then on."""
        return self.keep.provider.trust == Trust.BLOCKED and any(part.provider.trust != Trust.BLOCKED for part in self.gone)

    @property
    def unblocked(self) -> list[Part]:
        """Those that are blocked and whose articles are no longer rejected then."""
        is_blocked = self.keep.provider.trust == Trust.BLOCKED
        return [] if is_blocked else [part for part in self.gone if part.provider.trust == Trust.BLOCKED]

    @property
    def aliases(self) -> list[ProviderAlias]:
        return [alias for part in self.gone for alias in part.aliases]


def preview(keep: Provider, others: Sequence[Provider]) -> MergePreview:
    """What ``merge`` would do. Two queries."""
    pks = [one.pk for one in (keep, *others)]
    counts = {
        pk: (total, waiting)
        for pk, total, waiting in Article.objects.filter(site=keep.site_id, provider__in=pks)
        .order_by()
        .values_list("provider")
        .annotate(total=Count("pk"), waiting=Count("pk", filter=Q(status=Status.PENDING, withdrawn=False)))
    }
    aliases: dict[int, list[ProviderAlias]] = {}
    for alias in ProviderAlias.objects.filter(provider__in=pks):
        aliases.setdefault(alias.provider_id, []).append(alias)
    parts = [Part(one, *counts.get(one.pk, (0, 0)), tuple(aliases.get(one.pk, ()))) for one in (keep, *others)]
    return MergePreview(parts[0], tuple(parts[1:]), _filled(keep, others))


def _filled(keep: Provider, others: Sequence[Provider]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in FILLED:
        value = next((getattr(one, name) for one in others if getattr(one, name)), None)
        if value and not getattr(keep, name):
            found[name] = value
    return found


def merge(keep: Provider, others: Iterable[Provider], *, at: datetime, actor: Any = None) -> Merger:
    """Make one provider of several: their spellings become aliases of ``keep``, their articles its own, and saved views follow.

    The files do not change: articles keep the name and domain that they came with, and files that describe those that go
    stay as they are; only where ``keep`` has no file does it take one over. Raises MergeRefused.
    """
    chosen = [other.pk for other in others if other.pk != keep.pk]
    with transaction.atomic():
        rows = {row.pk: row for row in Provider.objects.select_for_update().filter(pk__in=[keep.pk, *chosen]).order_by("pk")}
        if keep.pk not in rows or len(rows) != len({keep.pk, *chosen}):
            raise MergeRefused(gettext("One of these providers was merged meanwhile. Look again."))
        row, gone = rows[keep.pk], [rows[pk] for pk in chosen]
        if any(other.site_id != row.site_id for other in gone):
            raise MergeRefused(gettext("Providers of two sites cannot be merged."))
        if not gone:
            raise MergeRefused(gettext("Choose at least two providers to merge."))
        for other in gone:
            ProviderAlias.objects.get_or_create(
                site_id=row.site_id, name=other.name, domain=other.domain, defaults={"provider": other}
            )
        parts = []
        for other in gone:
            parts.append({
                "pk": other.pk,
                "values": {name: getattr(other, name) for name in KEPT},
                "aliases": [list(pair) for pair in other.aliases.values_list("name", "domain")],
                "articles": Article.objects.filter(site=row.site_id, provider=other).update(provider=row),
                "views": _hand_views(row.site_id, other.pk, row.pk),
            })
        ProviderAlias.objects.filter(provider__in=gone).update(provider=row)
        names = ", ".join(f"{other.name} ({other.domain})" if other.domain else other.name for other in gone)
        keep_first(row)
        filled = _filled(row, gone)
        before = {name: getattr(row, name) for name in (*filled, "trust", "desk_fields")}
        for name, value in filled.items():
            setattr(row, name, value)
        if "path" in filled:
            row.desk_fields = sorted({*row.desk_fields, "name", "domain"})
        if row.trust == Trust.BLOCKED:
            row.blocked_from = newest_key()  # what was here before the merger waits for a person
        after = {name: getattr(row, name) for name in before}
        keep_history(row, actor, gettext("Merged with %(names)s") % {"names": names})
        row.save(update_fields=[*filled, "desk_fields", "blocked_from"])
        for other in gone:
            keep_first(other)
            keep_history(other, actor, gettext("Merged into %(name)s") % {"name": row.name})
            other.delete()
        merger = Merger.objects.create(
            site_id=row.site_id, kind=Merger.Kind.PROVIDER, keep=row.pk, keep_name=row.name, gone=parts,
            before=before, after=after, actor=actor, at=at,
        )  # fmt: skip
    keep.refresh_from_db()
    return merger


def _hand_views(site: int, was: int, now: int, only: Collection[int] | None = None) -> list[int]:
    """Let saved views that keep one provider's articles keep another's, all of the site or ``only`` these; their keys."""
    views = SavedView.objects.of_site(site).filter(query__contains=f"provider={was}")
    found = []
    for view in views if only is None else views.filter(pk__in=only):
        parts = dict(parse_qsl(view.query))
        if parts.get("provider") == str(was):
            view.query = urlencode(parts | {"provider": str(now)})
            view.save(update_fields=["query"])
            found.append(view.pk)
    return found


def why_not_undone(merger: Merger) -> str:
    """Why a merger cannot be taken back, as a sentence: what somebody has built on it. "" where nothing is against it."""
    if merger.undone_at:
        return gettext("This merger is undone already.")
    keep = Provider.objects.filter(pk=merger.keep).first()
    if keep is None:
        return why_gone(merger)
    if keep.trust != merger.after.get("trust") and keep.trust == Trust.BLOCKED:
        return gettext("%(name)s was blocked since, with all its names. Unblock it first.") % {"name": keep.name}
    for part in merger.gone:
        for name, domain in part["aliases"]:
            alias = ProviderAlias.objects.filter(site=merger.site_id, name=name, domain=domain).first()
            if alias and alias.provider_id != keep.pk:
                return gettext("The name %(alias)s belongs to %(name)s by now.") % {"alias": alias, "name": alias.provider.name}
        values = part["values"]
        if (values["name"], values["domain"]) == (keep.name, keep.domain):
            return gettext("%(name)s has taken the name since. Rename it first.") % {"name": keep.name}
        if Provider.objects.filter(site=merger.site_id, name=values["name"], domain=values["domain"]).exists():
            return gettext("There is another provider called %(name)s by now.") % {"name": values["name"]}
    return ""


def undo(merger: Merger, *, at: datetime, actor: Any) -> list[Provider]:
    """Make the providers of a merger several again; those that came back. Articles go to whom their spelling names, also
    those that have come in since. Raises MergeRefused where somebody has built on the merger."""
    with transaction.atomic():
        merger = Merger.objects.select_for_update().get(pk=merger.pk)
        sentence = why_not_undone(merger)
        if sentence:
            raise MergeRefused(sentence)
        keep = Provider.objects.select_for_update().get(pk=merger.keep)
        back = []
        for part in merger.gone:
            other = Provider(pk=part["pk"], site_id=merger.site_id, **part["values"])
            keep_history(other, actor, gettext("Parted from %(name)s") % {"name": keep.name})
            other.save(force_insert=True)
            for name, domain in part["aliases"]:
                ProviderAlias.objects.update_or_create(
                    site_id=merger.site_id, name=name, domain=domain, defaults={"provider": other}
                )
                mine = Article.objects.filter(spelled((name, domain)), site=merger.site_id, provider=keep)
                mine.update(provider=other)
            _hand_views(merger.site_id, keep.pk, other.pk, part.get("views", ()))
            back.append(other)
        restored = [name for name in (*FILLED, "desk_fields")
                    if name in merger.after and getattr(keep, name) == merger.after[name]]  # fmt: skip
        for name in restored:
            setattr(keep, name, merger.before[name])
        keep_history(keep, actor, gettext("Parted from %(names)s") % {"names": ", ".join(merger.gone_names)})
        keep.save(update_fields=restored or ["notes"])
        Merger.objects.filter(pk=merger.pk).update(undone_at=at)
    return back
