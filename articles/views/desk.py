"""What every page of the desk needs: a person who is signed in, a site, and the words of the shell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext

from articles import saved_views
from articles.attention import attention
from articles.labels import grouped, role
from articles.models import Article, Preferences, QuarantinedFile, Site
from articles.pace import decided_today
from articles.people import rights
from articles.queue import COUNTED_TO, Queue
from articles.shortcuts import pressed, remapped
from articles.workflow import KeyMode, Theme

View = Callable[..., HttpResponse]


def desk_page(*permissions: str) -> Callable[[View], View]:
    """A view for people who are signed in and have the permissions; its first arguments are the request and the site.

    Without any site there is nothing to show but how to import one.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            site = current_site(request)
            if site is not None:
                rights.sit_down(request.user, site)
            if not request.user.has_perms(permissions or ("articles.view_article",)):
                if "Desk-Outbox" in request.headers:
                    # Told apart from a stale token, which is 403 too and goes away by signing in.
                    return HttpResponse(format_html('<p id="told">{}</p>', gettext("Your account may not do this.")), status=422)
                raise PermissionDenied
            if site is None:
                return render(request, "articles/no_site.html")
            return view(request, site, *args, **kwargs)

        return page

    return decorate


def current_site(request: HttpRequest) -> Site | None:
    """The site of ``?site=``, else the one of the last page, else the first; of those alone that the person has a seat on.

    One query a request, and one more for those who have seats. Raises Http404 where somebody with seats asks for a site that they have none on, or that is none.
    """
    sites = _sites(request)
    wanted = request.GET.get("site")
    if wanted and rights.seats_of(request.user) and wanted not in {site.name for site in sites}:
        raise Http404
    asked = wanted or request.session.get("site")
    site = next((one for one in sites if one.name == asked), sites[0] if sites else None)
    if site and request.session.get("site") != site.name and request.GET.get("site"):
        request.session["site"] = site.name
    return site


def _sites(request: HttpRequest) -> list[Site]:
    """The sites that exist for the person, by name. Asked of the database once a request."""
    if not hasattr(request, "desk_sites"):
        request.desk_sites = rights.sites_of(request.user)  # type: ignore[attr-defined]
    sites: list[Site] = request.desk_sites  # type: ignore[attr-defined]
    return sites


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html. Counts are found only where a template asks for them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        # The cookie remembers the theme of whoever signed in here last, so that the sign-in page does not flash.
        theme = request.COOKIES.get("theme", "")
        return {"theme": theme if theme in set(Theme) else Theme.SYSTEM}
    preferences = Preferences.of(user)
    keys = remapped(preferences.keymap)

    def waiting() -> str:
        site = current_site(request)
        return count_words(Queue(site).count(timezone.now())) if site else ""

    def quarantined() -> int:
        site = current_site(request)
        return QuarantinedFile.objects.filter(site=site, dismissed_at=None, mended_at=None).count() if site else 0

    def stuck() -> Mapping[str, int]:
        site = current_site(request)
        return attention(site) if site else {}

    def views() -> list[saved_views.Counted]:
        site = current_site(request)
        found = saved_views.views_of(site, user)[: saved_views.LISTED] if site else []
        return saved_views.counted(found, user, timezone.now())

    def today() -> dict[str, Any] | None:
        if not preferences.goal:
            return None
        decided = decided_today(user, timezone.now())
        return {"decided": count_words(decided), "goal": preferences.goal, "reached": min(decided, preferences.goal)}

    return {
        "theme": preferences.theme,
        "density": preferences.density,
        "key_mode": preferences.key_mode,
        "key_modes": list(KeyMode),
        "sites": lambda: _sites(request),
        "site": lambda: current_site(request),
        "site_pick": _page_of_any_site(request),
        "waiting_count": waiting,
        "quarantined_count": quarantined,
        "attention": cache(stuck),
        "today": today,
        "saved_views": views,
        "role": lambda: role_of(user, current_site(request)),
        "keys": keys,
        "own_keys": tuple(sorted(preferences.keymap.items())),
        "key_presses": lambda: pressed(keys),
        "toast": lambda: None if is_prefetch(request) else request.session.pop("toast", None),
    }


def _page_of_any_site(request: HttpRequest) -> str:
    """Where the choice of another site leads: this page, or the queue where it is about a thing of this site."""
    is_list = not any(letter.isdecimal() for letter in request.path)
    return request.path if is_list and request.method == "GET" else reverse("articles:queue")


def is_prefetch(request: HttpRequest) -> bool:
    """Whether the answer is fetched for later, or to be shown beside something: it must change nothing."""
    return request.headers.get("Purpose") == "prefetch"


def role_of(user: Any, site: Site | None) -> str:
    """The person's role on the site, in words."""
    if user.is_superuser:
        return gettext("Administrator")
    if rights.seats_of(user):
        names = list(user.seats.filter(site=site).values_list("role__name", flat=True))
    else:
        names = sorted(user.groups.values_list("name", flat=True))
    return role(names[-1]) if names else gettext("Reader")


def count_words(count: int) -> str:
    """A count that was capped, as people read it."""
    return f"{grouped(COUNTED_TO)}+" if count > COUNTED_TO else grouped(count)


def article_of(site: Site, pk: int) -> Article:
    """One article of the site with what a page shows of it. Raises Http404."""
    return get_object_or_404(Article.objects.select_related("provider", "decided_by", "assigned_to", "site"), pk=pk, site=site)
