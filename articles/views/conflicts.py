"""The conflict desk: fields that the feed and an editor both changed, side by side, one article at a time."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from articles.captions import caption
from articles.decisions import DecisionRefused, settle
from articles.differences import Line, compared, plain
from articles.exporting.diffs import Preview, preview
from articles.forms.conflicts import SettleForm, name_of
from articles.frontmatter import FrontMatterError
from articles.labels import past
from articles.models import Article, Conflict, Review, Site, SourceFile
from articles.settling import attributes_of, desk_side, open_conflicts, seen_token, settled_values
from articles.since import BOOKKEEPING
from articles.views.desk import article_of, desk_page
from articles.views.merged import merged_unasked
from articles.views.rows import row_of
from articles.workflow import Action, By

Choice = Conflict.Choice
LISTED, LINED_UP, HANDS = 50, 1000, 100  # rows of a page; articles that "1 of 6" counts; acts searched for who edited


@dataclass(frozen=True)
class Side:
    """One cell: what is chosen by it, whose it is, and the value with what is new in it."""

    choice: str
    label: str
    lines: Sequence[Line]
    chosen: bool
    place: int


@dataclass(frozen=True)
class Contested:
    """One row of the table."""

    name: str
    caption: str
    is_number: bool
    is_mine: bool
    sides: tuple[Side, ...]


@require_safe
@desk_page("articles.change_conflict")
def conflicts(request: HttpRequest, site: Site) -> HttpResponse:
    """Articles with open conflicts, those of the latest import first."""
    page = Paginator(_waiting(site), LISTED).get_page(request.GET.get("page"))
    at = timezone.now()
    fields: dict[int, list[str]] = {}
    for pk, key in Conflict.objects.filter(article__in=list(page), settled_at=None).order_by("pk").values_list("article", "field"):
        fields.setdefault(pk, []).append(caption(key))
    rows = [(row_of(article, at), fields.get(article.pk, []), article.found_at) for article in page]
    name = "articles/_conflicts.html" if request.htmx else "articles/conflicts.html"  # type: ignore[attr-defined]
    return render(request, name, {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_conflict")
def conflict(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """All open conflicts of one article. GET with choices, or POST with ``look``, shows what they make of the file and
    saves nothing."""
    article = article_of(site, pk)
    rows = open_conflicts(article)
    if request.method != "POST":
        if not rows:
            request.session["toast"] = {"text": gettext("Nothing is in conflict any more in"), "title": str(article)}
            return redirect("articles:conflicts")
        asked = {row.field: request.GET.get(name_of(row), "") for row in rows}
        return _page(request, article, rows, {key: side for key, side in asked.items() if side in Choice.values})
    form = SettleForm(article, rows, request.POST)
    if not form.is_valid():
        return _page(request, article, rows, {}, sentence=gettext("Choose one of the three for each field."), status=422)
    choices = form.choices()
    if "look" in request.POST:
        return _page(request, article, rows, choices)
    following = _neighbours(site, pk)[2]
    at = timezone.now()
    try:
        report = settle(
            form.seen_article(), choices, editor=request.user, at=at,
            key=form.cleaned_data["key"], seen=form.cleaned_data["seen"],
        )  # fmt: skip
    except DecisionRefused as refused:
        return _page(request, article_of(site, pk), rows, choices, sentence=str(refused), status=422)
    if report.refused:
        fresh = article_of(site, pk)
        return _page(request, fresh, open_conflicts(fresh), {}, sentence=report.refused[0].sentence, status=409)
    count = len(choices)
    request.session["toast"] = {
        "text": ngettext("Settled %(count)s field of", "Settled %(count)s fields of", count) % {"count": count},
        "title": str(article),
        "review": report.reviews[0].pk,
    }
    response = redirect("articles:conflict", pk=following) if following else redirect("articles:conflicts")
    if request.htmx:  # type: ignore[attr-defined]
        response.status_code = 303
    return response


def _page(
    request: HttpRequest,
    article: Article,
    rows: Sequence[Conflict],
    choices: Mapping[str, str],
    *,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    chosen = {row.field: choices.get(row.field, Choice.OURS) for row in rows}
    place, before, after, count = _place(article)
    result, broken = _result(article, rows, chosen)
    fields = _contested(request, article, rows, chosen, at)
    context = {
        "article": article,
        "row": row_of(article, at),
        "fields": fields,
        "mine": all(field.is_mine for field in fields),
        "found_at": max((row.found_at for row in rows), default=None),
        "seen": seen_token(rows),
        "key": uuid4().hex,
        "sentence": sentence,
        "place": place,
        "count": count,
        "previous": before,
        "next": after,
        "result": result,
        "broken": broken,
        "merged": merged_unasked(article, min((row.found_at for row in rows), default=at)),
    }
    name = "articles/_conflict.html" if request.htmx else "articles/conflict.html"  # type: ignore[attr-defined]
    return render(request, name, context, status=status)


def _contested(
    request: HttpRequest, article: Article, rows: Sequence[Conflict], chosen: Mapping[str, str], at: datetime
) -> list[Contested]:
    """The table. One query, for who edited each field."""
    edits = _edits(article, {name for row in rows for name in attributes_of(row.field)})
    table = []
    for row in rows:
        ours = desk_side(article, row.field)
        edit = next((edits[name] for name in attributes_of(row.field) if name in edits), None)
        mine = edit is not None and edit.actor_id == request.user.pk
        who = gettext("The desk")
        if edit and edit.actor:
            who = f"{gettext('You') if mine else edit.actor.get_username()}, {past(at - edit.at)}"
        sides = (
            (Choice.BASE, gettext("Before"), plain(row.base)),
            (Choice.THEIRS, gettext("Robot, %(when)s") % {"when": past(at - row.found_at)}, compared(row.base, row.theirs)),
            (Choice.OURS, who, compared(row.base, ours)),
        )
        table.append(
            Contested(
                name_of(row),
                caption(row.field),
                isinstance(ours, int) and not isinstance(ours, bool),
                mine,
                tuple(
                    Side(choice, label, lines, chosen[row.field] == choice, place)
                    for place, (choice, label, lines) in enumerate(sides, 1)
                ),
            )
        )
    return table


def _edits(article: Article, names: set[str]) -> dict[str, Review]:
    """The last act of a person that set each attribute, among the article's last ones."""
    found: dict[str, Review] = {}
    acts = Review.objects.filter(article=article, by=By.EDITOR, undone_by=None).exclude(action=Action.UNDO)
    for act in acts.select_related("actor").order_by("-pk")[:HANDS]:
        for name in names & act.after.keys() - BOOKKEEPING:
            found.setdefault(name, act)
    return found


def _result(article: Article, rows: Sequence[Conflict], choices: Mapping[str, str]) -> tuple[Preview | None, str]:
    """The lines that change in the file once the choices are made, or why the file cannot take them."""
    text = SourceFile.objects.filter(article=article).values_list("text", flat=True).first()
    if text is None:
        return None, ""
    after = copy.copy(article)
    for name, value in settled_values(article, rows, choices).items():
        setattr(after, name, value)
    try:
        return preview(after, text), ""
    except FrontMatterError as error:
        return None, str(error.message)


# --- the order of the desk --------------------------------------------------------------------------------------------
def _waiting(site: Site) -> Any:
    """Articles with open conflicts, with ``found_at``: those that the feed touched last first."""
    return (
        Article.objects.of_site(site)
        .filter(conflicts__settled_at=None, conflicts__isnull=False)
        .for_listing()
        .annotate(found_at=Max("conflicts__found_at", filter=Q(conflicts__settled_at=None)))
        .order_by("-found_at", "-pk")
    )


def _neighbours(site: Site, pk: int) -> tuple[int, int | None, int | None, int]:
    """The article's place among those that wait (0: not among them), the one before, the one behind, and how many."""
    order = list(
        Conflict.objects.filter(article__site=site, settled_at=None)
        .values("article")
        .annotate(found=Max("found_at"))
        .order_by("-found", "-article")
        .values_list("article", flat=True)[:LINED_UP]
    )
    if pk not in order:
        return 0, None, next(iter(order), None), len(order)
    place = order.index(pk)
    before = order[place - 1] if place else None
    after = order[place + 1] if place + 1 < len(order) else None
    return place + 1, before, after, len(order)


def _place(article: Article) -> tuple[int, int | None, int | None, int]:
    return _neighbours(article.site, article.pk)
