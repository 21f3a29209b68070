"""Imports and the quarantine."""

from __future__ import annotations

import re

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.exporting.diffs import veiled
from articles.models import ImportRun, QuarantinedFile, Site
from articles.views.desk import desk_page

LISTED = 50
AROUND = 3  # lines before and after the one that is wrong


@require_safe
@desk_page("articles.view_importrun")
def imports(request: HttpRequest, site: Site) -> HttpResponse:
    runs = Paginator(ImportRun.objects.filter(site=site), LISTED).get_page(request.GET.get("page"))
    waiting = QuarantinedFile.objects.filter(site=site, dismissed_at=None).defer("content")
    return render(request, "articles/imports.html", {"page": runs, "quarantine": waiting})


@require_safe
@desk_page("articles.view_quarantinedfile")
def quarantine(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """One refused file: why, and the lines around the place."""
    file = get_object_or_404(QuarantinedFile, pk=pk, site=site)
    text = bytes(file.content or b"").decode("utf-8", "replace")
    lines = veiled(re.sub(r"\r\n|\r", "\n", text))
    first = max(1, (file.line or 1) - AROUND)
    shown = [
        (number, line[:400], number == file.line)
        for number, line in enumerate(lines[first - 1 : (file.line or 1) + AROUND], first)
    ]
    return render(request, "articles/quarantine.html", {"file": file, "lines": shown if file.content else []})
