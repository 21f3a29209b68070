"""Who did what, when, from what to what: everything that the desk wrote down, to read and for nobody to change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from articles.labels import label, role
from articles.models import AccountEvent, ExportRun, ImportRun, Review
from articles.people.roles import Manager
from articles.views.articles import changes_of, name_assigned
from articles.views.people import people_page
from articles.workflow import Scope

LISTED = 50
Changes = list[tuple[str, str, str]]


@dataclass(frozen=True)
class Line:
    """One act. ``changes``: what, before, after."""

    at: datetime
    who: str
    what: str
    about: str = ""
    address: str = ""
    changes: Changes = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """One table of acts: who may read it, its rows with the newest first, and a row in words."""

    name: str
    label: Any
    rows: Callable[[Manager], QuerySet[Any]]
    line: Callable[[Any], Line]
    everywhere: bool = False  # for who manages everything alone: it says things of all sites


def _account(event: AccountEvent) -> Line:
    return Line(event.at, event.actor_name, event.get_kind_display(), event.person_name, event.address, _differences(event.before, event.after))


def _decision(review: Review) -> Line:
    who = review.actor.get_username() if review.actor else review.get_by_display()
    about = f"{review.article} ({review.article.site.name})"
    return Line(review.at, who, review.get_action_display(), about, "", changes_of(review))


def _import(run: ImportRun) -> Line:
    words = (
        ngettext("%(count)d new article", "%(count)d new articles", run.created) % {"count": run.created},
        ngettext("%(count)d changed", "%(count)d changed", run.updated) % {"count": run.updated},
    )
    return Line(run.started_at, _who(run), _("Imported"), f"{run.origin} ({run.site.name})", "", [("", "", ", ".join(words))])


def _export(run: ExportRun) -> Line:
    count = ngettext("%(count)d file", "%(count)d files", run.written) % {"count": run.written}
    where = " ".join(filter(None, (run.destination, run.branch, run.commit[:10])))
    return Line(run.started_at, _who(run), _("Exported"), f"{where} ({run.site.name})", "", [("", "", count)])


def _entry(entry: LogEntry) -> Line:
    return Line(entry.action_time, entry.user.get_username(), entry.get_change_message() or str(entry), entry.object_repr)


def _who(run: ImportRun | ExportRun) -> str:
    return run.actor.get_username() if run.actor else _("the desk itself")


# What rows about accounts hold beside roles, which stand under the site's name, "*" for all.
HELD = {
    "*": gettext_lazy("all sites"),
    "email": gettext_lazy("Mail address"),
    "active": gettext_lazy("open"),
    "sessions": gettext_lazy("sessions"),
    "type": gettext_lazy("second factor"),
    "types": gettext_lazy("second factors"),
    "token": gettext_lazy("token"),
    "tokens": gettext_lazy("tokens"),
    "scopes": gettext_lazy("It may"),
}
FACTORS = {
    "totp": gettext_lazy("Codes"), "webauthn": gettext_lazy("Passkey"), "recovery_codes": gettext_lazy("Recovery codes"),
}  # fmt: skip


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    names: Iterable[str] = dict.fromkeys([*before, *after])
    return [
        (str(HELD.get(name, name)), _words(name, before.get(name)), _words(name, after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_words(name, one) for one in value)
    if name == "scopes" and value in set(Scope):
        return label(Scope(value))
    if name in ("type", "types"):
        return str(FACTORS.get(value, value or ""))
    if name == "*" or name not in HELD:
        return ", ".join(role(one) for one in value.split(", ")) if value else ""
    return "" if value is None else str(value)


def _sites(manager: Manager) -> list[int]:
    return [site.pk for site in manager.sites]


KINDS = (
    Kind("accounts", gettext_lazy("Accounts"), lambda manager: AccountEvent.objects.order_by("-pk"), _account, everywhere=True),
    Kind(
        "decisions",
        gettext_lazy("Decisions and edits"),
        lambda manager: Review.objects.filter(article__site__in=_sites(manager)).select_related("article__site", "actor").order_by("-pk"),
        _decision,
    ),
    Kind(
        "imports",
        gettext_lazy("Imports"),
        lambda manager: ImportRun.objects.filter(site__in=_sites(manager)).select_related("site", "actor").order_by("-pk"),
        _import,
    ),
    Kind(
        "exports",
        gettext_lazy("Exports"),
        lambda manager: ExportRun.objects.filter(site__in=_sites(manager)).select_related("site", "actor").order_by("-pk"),
        _export,
    ),
    Kind("admin", gettext_lazy("Admin"), lambda manager: LogEntry.objects.select_related("user").order_by("-pk"), _entry, everywhere=True),
)


@require_safe
@people_page
def account_log(request: HttpRequest, manager: Manager) -> HttpResponse:
    """One table of acts, ``?of=`` its name, fifty a page. What belongs to sites is of those alone that one manages."""
    kinds = [kind for kind in KINDS if manager.everywhere or not kind.everywhere]
    shown = next((kind for kind in kinds if kind.name == request.GET.get("of")), kinds[0])
    page = Paginator(shown.rows(manager), LISTED).get_page(request.GET.get("page"))
    name_assigned(page)
    context = {"kinds": kinds, "shown": shown, "page": page, "lines": [shown.line(row) for row in page]}
    return render(request, "articles/users_log.html", context)
