"""The places that exports go to, and how often they go there by themselves."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles.exporting import running
from articles.forms.sources import PlaceForm
from articles.models import Place, Site
from articles.tasks import hand_over
from articles.views.desk import desk_page


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.add_place")
def place_new(request: HttpRequest, site: Site) -> HttpResponse:
    form = PlaceForm(site, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("articles:exports")
    return render(request, "articles/place.html", {"form": form}, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.export_articles")
def place(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """One place. A POST says ``do``: export, or for admins save or remove."""
    found = get_object_or_404(Place, pk=pk, site=site)
    what = request.POST.get("do", "save") if request.method == "POST" else ""
    if what == "export":
        run = running.begin(site, found.kind, scope=found.scope, at=timezone.now(), actor=request.user, place=found)
        hand_over(run)
        return redirect("articles:export_run", pk=run.pk)
    if not request.user.has_perm("articles.delete_place" if what == "remove" else "articles.change_place"):
        raise PermissionDenied
    if what == "remove":
        name = str(found)
        running.remove(found, at=timezone.now())
        request.session["toast"] = {"text": _("No longer a place for exports:"), "title": name}
        return redirect("articles:exports")
    form = PlaceForm(site, request.POST or None, instance=found)
    if what == "save" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if values:
            Place.objects.filter(pk=pk).update(**values)
        request.session["toast"] = {"text": _("Saved"), "title": str(form.instance)}
        return redirect("articles:exports")
    context = {"form": form, "place": Place.objects.get(pk=pk)}
    return render(request, "articles/place.html", context, status=422 if what == "save" else 200)
