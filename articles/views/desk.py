"""What every page of the desk needs: a person who is signed in, a site, and the words of the shell."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from articles.models import Article, QuarantinedFile, Site
from articles.queue import COUNTED_TO, Queue
from articles.shortcuts import sheet
from articles.views.toasts import toast_of
from articles.workflow import Action, may

View = Callable[..., HttpResponse]
THEMES = ("system", "light", "dark")
KEY_MODES = ("on", "alt", "off")


def desk_page(*permissions: str) -> Callable[[View], View]:
    """A view for people who are signed in and have the permissions; its first arguments are the request and the site.

    Without any site there is nothing to show but how to import one.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _door(request)
            if not request.user.has_perms(permissions or ("articles.view_article",)):
                raise PermissionDenied
            site = current_site(request)
            if site is None:
                return render(request, "articles/no_site.html")
            return view(request, site, *args, **kwargs)

        return page

    return decorate


def _door(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back. htmx is told to go there, or it would put that page into the middle of this one."""
    if not is_htmx(request):
        return redirect_to_login(request.get_full_path())
    here = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
    return HttpResponseClientRedirect(redirect_to_login(here).url)


def is_htmx(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]


def wants_part(request: HttpRequest) -> bool:
    """Whether a part of the page answers. When htmx restores a page of the history it needs the whole."""
    return is_htmx(request) and not request.htmx.history_restore_request  # type: ignore[attr-defined]


def current_site(request: HttpRequest) -> Site | None:
    """The site of ``?site=``, else the one of the last page, else the first. One query a request."""
    if not hasattr(request, "desk_sites"):
        request.desk_sites = list(Site.objects.order_by("name"))  # type: ignore[attr-defined]
    sites: list[Site] = request.desk_sites  # type: ignore[attr-defined]
    asked = request.GET.get("site") or request.session.get("site")
    site = next((one for one in sites if one.name == asked), sites[0] if sites else None)
    if site and request.session.get("site") != site.name and request.GET.get("site"):
        request.session["site"] = site.name
    return site


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context of base.html. Counts are found only where a template asks for them."""
    theme = request.COOKIES.get("theme", "system")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"theme": theme if theme in THEMES else "system"}

    def waiting() -> str:
        site = current_site(request)
        return count_words(Queue(site).count(timezone.now())) if site else ""

    def quarantined() -> int:
        site = current_site(request)
        return QuarantinedFile.objects.filter(site=site, dismissed_at=None).count() if site else 0

    return {
        "theme": theme if theme in THEMES else "system",
        "keys_mode": keys_mode(request),
        "sites": lambda: getattr(request, "desk_sites", None) or list(Site.objects.order_by("name")),
        "site": lambda: current_site(request),
        "waiting_count": waiting,
        "quarantined_count": quarantined,
        "role": lambda: role_of(user),
        "key_sheet": sheet,
        "toast": lambda: toast_of(request),
    }


def keys_mode(request: HttpRequest) -> str:
    asked = request.COOKIES.get("keys", "on")
    return asked if asked in KEY_MODES else "on"


def role_of(user: Any) -> str:
    """The person's role in words."""
    if user.is_superuser:
        return "Administrator"
    names = sorted(user.groups.values_list("name", flat=True))
    return names[-1].capitalize() if names else "Reader"


def count_words(count: int) -> str:
    """A count that was capped, as people read it."""
    return f"{COUNTED_TO:,}+" if count > COUNTED_TO else f"{count:,}"


def article_of(site: Site, pk: int) -> Article:
    """One article of the site with what a page shows of it. Raises Http404."""
    return get_object_or_404(Article.objects.select_related("provider", "decided_by", "site"), pk=pk, site=site)


def allowed(article: Article) -> dict[str, bool]:
    """Which decisions the article's status allows, for the buttons."""
    return {
        action.value: may(action, article.status)
        for action in (Action.APPROVE, Action.REJECT, Action.HOLD, Action.WAKE)
    }
