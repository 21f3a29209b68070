"""The page for people who write programs: every operation, as the description tells it, with nothing from elsewhere."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.api.description import operations
from articles.api.desk import openapi_text
from articles.models import Site
from articles.views.desk import desk_page


@require_safe
@desk_page()
def docs_page(request: HttpRequest, site: Site) -> HttpResponse:
    context = {"operations": list(operations(json.loads(openapi_text()))), "host": request.build_absolute_uri("/")}
    return render(request, "articles/api.html", context)
