"""The edit form, the history and the file of one article, and what has been decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.captions import caption, value_words, words
from articles.decisions import DecisionRefused, edit, release
from articles.editable import EDITABLE
from articles.exporting.diffs import approval, preview
from articles.exporting.outgoing import held_of
from articles.forms import EditForm, GiveBackForm
from articles.frontmatter import FrontMatterError
from articles.models import Article, Review, Site, SourceFile
from articles.since import BOOKKEEPING, kept_values
from articles.views.desk import article_of, desk_page
from articles.views.notes_shown import notes_context
from articles.workflow import Action, Status

SHOWN = 50
ASSIGNED = "assigned_to_id"
UNDOABLE = frozenset(
    {Action.APPROVE, Action.REJECT, Action.HOLD, Action.WAKE, Action.EDIT, Action.SETTLE, Action.CONFIRM}
)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_article")
def edit_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    article = article_of(site, pk)
    if request.method != "POST":
        form = EditForm(article)
        form.initial["version"] = article.version
        return _edit_page(request, article, form)
    form = EditForm(article, request.POST)
    status, sentence = 422, ""
    if form.is_valid():
        seen = article_of(site, pk)
        seen.version = form.cleaned_data["version"]
        try:
            report = edit(
                [seen], form.changes(), editor=request.user, at=timezone.now(), note=form.cleaned_data["note"]
            )
        except DecisionRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            if not report.refused:
                title = form.cleaned_data["title"]
                words = gettext("Saved") if report.reviews else gettext("Nothing to save in")
                request.session["toast"] = {"text": words, "title": title} | (
                    {"review": report.reviews[0].pk} if report.reviews else {}
                )
                return redirect("articles:review", pk=pk)
            status, sentence = 409, report.refused[0].sentence
    return _edit_page(request, article, form, sentence, status)


def _edit_page(
    request: HttpRequest, article: Article, form: EditForm, sentence: str = "", status: int = 200
) -> HttpResponse:
    held = [(name, caption(name), value_words(name, getattr(article, name))) for name in article.desk_fields if name in EDITABLE]
    context = {"article": article, "form": form, "sentence": sentence, "held": held}
    return render(request, "articles/edit.html", context, status=status)


@require_POST
@desk_page("articles.change_article")
def give_back(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Give a field of the desk's back to the feed: it says what the file says, and follows it."""
    article = article_of(site, pk)
    form = GiveBackForm(request.POST)
    sentence, status = gettext("Choose a field to give back."), 422
    if form.is_valid():
        seen = article_of(site, pk)
        seen.version = form.cleaned_data["version"]
        try:
            report = release([seen], [form.cleaned_data["field"]], editor=request.user, at=timezone.now())
        except DecisionRefused as refused:
            sentence = str(refused)
        else:
            if not report.refused:
                text = gettext("%(field)s follows the feed again:") % {"field": caption(form.cleaned_data["field"])} if report.reviews else gettext("Nothing to give back in")
                request.session["toast"] = {"text": text, "title": article.title or article.path} | (
                    {"review": report.reviews[0].pk} if report.reviews else {}
                )
                return redirect("articles:review", pk=pk)
            sentence, status = report.refused[0].sentence, 409
    edit_form = EditForm(article)
    edit_form.initial["version"] = article.version
    return _edit_page(request, article, edit_form, sentence, status)


@require_safe
@desk_page()
def article_file(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """The file as it would leave, as a diff against the file as it came."""
    article = article_of(site, pk)
    text = SourceFile.objects.filter(article=article).values_list("text", flat=True).first()
    context: dict[str, Any] = {"article": article}
    if text is not None:
        changes = approval(article) if article.status in (Status.PENDING, Status.HELD, Status.LIVE) else None
        try:
            context["preview"] = preview(article, text, changes, context=12, held=held_of(article))
            context["approving"] = changes is not None
        except FrontMatterError as error:
            context["broken"] = str(error)
    return render(request, "articles/file.html", context)


@require_safe
@desk_page()
def article_history(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    article = article_of(site, pk)
    reviews = article.reviews.select_related("actor", "undone_by", "twin", "rule").order_by("-pk")
    page = Paginator(reviews, SHOWN).get_page(request.GET.get("page"))
    name_assigned(page)
    return render(
        request,
        "articles/history.html",
        {
            "article": article,
            "page": page,
            "acts": [
                (review, changes_of(review), unheeded_of(review, kept))
                for review, kept in zip(page, kept_values(article, list(page)), strict=True)
            ],
            "undoable": UNDOABLE,
            **notes_context(request, article),
        },
    )


@require_safe
@desk_page()
def decided(request: HttpRequest, site: Site) -> HttpResponse:
    """Decisions, the newest first: everybody's, or with ``?by=me`` one's own."""
    reviews = Review.objects.filter(article__site=site).exclude(action=Action.FOLLOW)
    mine = request.GET.get("by") == "me"
    if mine:
        reviews = reviews.filter(actor=request.user.pk)
    page = Paginator(reviews.select_related("article", "actor", "undone_by", "twin", "rule").order_by("-pk"), SHOWN)
    shown = page.get_page(request.GET.get("page"))
    name_assigned(shown)
    return render(
        request,
        "articles/decided.html",
        {"page": shown, "acts": [(review, changes_of(review), ()) for review in shown], "mine": mine, "undoable": UNDOABLE},
    )


def changes_of(review: Review) -> list[tuple[str, str, str]]:
    """What an act changed, for people: name, before, after. People are called by name where ``name_assigned`` was asked."""
    names = getattr(review, "assigned_names", {})

    def said(name: str, value: Any) -> str:
        if name != ASSIGNED:
            return value_words(name, value)
        return gettext("nobody") if value is None else names.get(value, gettext("somebody"))

    return [
        (caption(name), said(name, review.before.get(name)), said(name, after))
        for name, after in review.after.items()
        if name not in BOOKKEEPING
    ]


def name_assigned(reviews: Iterable[Any]) -> None:
    """Give rows that assigned an article ``assigned_names``: a person's key -> name. One query where there are such rows."""
    rows = [row for row in reviews if isinstance(row, Review) and ASSIGNED in row.after]
    keys = {values.get(ASSIGNED) for row in rows for values in (row.before, row.after)} - {None}
    names = dict(User.objects.filter(pk__in=keys).values_list("pk", "username")) if keys else {}
    for row in rows:
        row.assigned_names = names  # type: ignore[attr-defined]


def unheeded_of(review: Review, kept: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What the feed said and the desk did not follow: name, the feed's value, the desk's."""
    return [(caption(key), words(says), words(kept.get(key))) for key, (_, says) in review.unheeded.items()]
