"""The quarantine: files that could not be read, mended here or dismissed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles.forms.quarantine import DismissForm, MendForm
from articles.importing import mending
from articles.importing.lock import ImportBusy
from articles.models import QuarantinedFile, Site
from articles.views.desk import desk_page

LISTED = 50
STATES = {
    "waiting": Q(dismissed_at=None, mended_at=None),
    "mended": Q(mended_at__isnull=False),
    "dismissed": Q(dismissed_at__isnull=False),
}


@require_safe
@desk_page("articles.view_quarantinedfile")
def quarantined(request: HttpRequest, site: Site) -> HttpResponse:
    """The refused files of one state: ``?state=``, else those that wait."""
    labels = {"waiting": _("Waiting"), "mended": _("Mended here"), "dismissed": _("Dismissed")}
    files = QuarantinedFile.objects.filter(site=site).defer("content", "mended")
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else "waiting"
    rows = files.filter(STATES[state]).select_related("dismissed_by", "mended_by").order_by("path")
    context = {
        "tabs": [(name, labels[name], files.filter(kept).count()) for name, kept in STATES.items()],
        "state": state,
        "page": Paginator(rows, LISTED).get_page(request.GET.get("page")),
    }
    return render(request, "articles/quarantined.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.view_quarantinedfile")
def quarantine(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """One refused file: why, and the lines around the place. A POST says ``do``: mend, dismiss or restore."""
    file = get_object_or_404(QuarantinedFile.objects.select_related("site", "dismissed_by", "mended_by"), pk=pk, site=site)
    if request.method != "POST":
        return _page(request, file, whole="whole" in request.GET)
    if not request.user.has_perm("articles.change_quarantinedfile"):
        raise PermissionDenied
    what, at = request.POST.get("do", "mend"), timezone.now()
    if what == "restore":
        mending.take_back(file)
        return redirect("articles:quarantine", pk=pk)
    if what == "dismiss":
        dismissing = DismissForm(request.POST)
        if not dismissing.is_valid():
            return _page(request, file, dismissing=dismissing, status=422)
        mending.dismiss(file, dismissing.cleaned_data["reason"], editor=request.user, at=at)
        request.session["toast"] = {"text": _("Dismissed"), "title": file.path}
        return redirect("articles:quarantined")
    return _mend(request, file)


def _mend(request: HttpRequest, file: QuarantinedFile) -> HttpResponse:
    form = MendForm(request.POST)
    if not form.is_valid():
        return _page(request, file, sentence=str(next(iter(form.errors.values()))[0]), text=request.POST.get("text"), status=422)
    words = form.cleaned_data
    if words["blob"] != file.blob_id:
        sentence = _("The source has brought other bytes meanwhile. These are the lines now.")
        return _page(request, file, whole=words["whole"], sentence=sentence, status=409)
    try:
        article = mending.mend(file, words["text"], whole=words["whole"], editor=request.user, at=timezone.now())
    except mending.MendRefused as refused:
        place = _("Line %(line)d: ") % {"line": refused.line} if refused.line else ""
        return _page(request, file, whole=words["whole"], sentence=f"{place}{refused}", text=words["text"], status=422)
    except ImportBusy as busy:
        return _page(request, file, whole=words["whole"], sentence=str(busy), text=words["text"], status=503)
    request.session["toast"] = {"text": _("It went in:"), "title": (article.title if article else "") or file.path}
    return redirect("articles:review", pk=article.pk) if article else redirect("articles:quarantined")


def _page(
    request: HttpRequest, file: QuarantinedFile, *, whole: bool = False, sentence: str = "", text: str | None = None,
    dismissing: DismissForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    window = mending.window_of(file, whole=whole)
    context: dict[str, Any] = {
        "file": file,
        "window": window,
        "whole": whole,
        "text": text if text is not None else window.text if window else "",
        "rows": min(24, max(8, len(window.lines) + 1)) if window else 0,
        "why_not": mending.why_not_mended(window),
        "pointer": " " * (file.column - 1) + "^" if file.column and file.column < 200 else "",
        "sentence": sentence,
        "dismissing": dismissing or DismissForm(),
    }
    return render(request, "articles/quarantine.html", context, status=status)
