"""Saved views: the list, and what is done with one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from articles import saved_views
from articles.forms.views import NewViewForm, SavedViewForm
from articles.models import SavedView, Site
from articles.queue import Queue
from articles.saved_views import ViewRefused
from articles.views.desk import desk_page

INVALID = 422


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def views(request: HttpRequest, site: Site) -> HttpResponse:
    """The list; sent a name and a query, it keeps them and shows the queue again."""
    if request.method != "POST":
        return _page(request, site)
    form = NewViewForm(request.POST)
    if not form.is_valid():
        return _page(request, site, sentence=gettext("The view was not saved. %(why)s") % {"why": _first(form)}, status=INVALID)
    asked = Queue.read(site, QueryDict(form.cleaned_data["query"]))
    try:
        view = saved_views.save_view(
            asked, request.user, name=form.cleaned_data["name"], shared=form.cleaned_data["shared"]
        )
    except ViewRefused as refused:
        return _page(request, site, sentence=str(refused), status=INVALID)
    request.session["toast"] = {"text": gettext("Saved the view"), "title": view.name}
    return redirect(f"{reverse('articles:queue')}?{asked.query_string}")


@require_POST
@desk_page()
def change_view(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Rename, share, start with, move, remove or bring back: whichever button was pressed."""
    view = get_object_or_404(SavedView.objects.of_site(site), pk=pk)
    if not saved_views.may_change(view, request.user):
        if view.shared and view.removed_at is None:
            raise PermissionDenied
        raise Http404(gettext("Another's private view is nowhere."))
    act = request.POST.get("act", "change")
    try:
        if act == "remove":
            saved_views.remove_view(view, timezone.now())
            return redirect(f"{reverse('articles:views')}?removed={view.pk}")
        if act == "restore":
            saved_views.restore_view(view)
        elif act in ("up", "down"):
            saved_views.move_view(view, -1 if act == "up" else 1)
        elif act in ("start", "no_start"):
            saved_views.start_with(view, request.user, act == "start")
        else:
            form = SavedViewForm(request.POST)
            if not form.is_valid():
                raise ViewRefused(_first(form))
            saved_views.change_view(view, **form.cleaned_data)
    except ViewRefused as refused:
        return _page(request, site, sentence=str(refused), status=INVALID)
    return redirect("articles:views")


def _page(request: HttpRequest, site: Site, *, sentence: str = "", status: int = 200) -> HttpResponse:
    at = timezone.now()
    found = saved_views.counted(saved_views.views_of(site, request.user), request.user, at)
    rows = list(zip(found, saved_views.queues_of([one.view for one in found]), strict=True))
    removed = saved_views.removed_lately(site, request.user, at)
    just = next((view for view in removed if str(view.pk) == request.GET.get("removed")), None)
    context: dict[str, Any] = {
        "mine": [row for row in rows if row[0].view.owner_id == request.user.pk],
        "others": [row for row in rows if row[0].view.owner_id != request.user.pk],
        "removed": [view for view in removed if view != just],
        "just": just,
        "sentence": sentence,
    }
    return render(request, "articles/views.html", context, status=status)


def _first(form: SavedViewForm) -> str:
    name, errors = next(iter(form.errors.items()))
    return f"{form.fields[name].label or name}: {errors[0]}"
