"""Notes beside an article, and to whom it is assigned."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from articles import notes
from articles.decisions import DecisionRefused, assign
from articles.forms.notes import AssignForm, NoteForm
from articles.models import Article, Note, Site
from articles.queue import Queue
from articles.refusals import told
from articles.views.decisions import CONFLICT, INVALID, go, queue_of
from articles.views.desk import article_of, desk_page
from articles.views.notes_shown import notes_context
from articles.views.review import address, review_page


@require_POST
@desk_page(notes.WRITE)
def change_notes(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Write a note, or resolve, reopen or take back one. To htmx the section of the notes alone."""
    article, asked, form = article_of(site, pk), queue_of(request, site), NoteForm(request.POST)
    refused = ""
    if not form.is_valid():
        refused = gettext("This cannot be read. Load the page again.")
    else:
        name, number = form.act()
        try:
            _do(request, article, name, number, form)
        except notes.NoteRefused as error:
            refused = str(error)
    status = INVALID if refused else 200
    if request.htmx:  # type: ignore[attr-defined]
        context = {"article": article, "queue": asked, **notes_context(request, article, refused=refused, unfolded=True)}
        return render(request, "articles/_notes.html", context, status=status)
    if refused:
        return review_page(request, asked, article, sentence=refused, status=INVALID)
    return redirect(f"{_page(request, asked, pk)}#notes")


def _do(request: HttpRequest, article: Article, name: str, number: int, form: NoteForm) -> None:
    at = timezone.now()
    if name == "write":
        notes.write_note(article, form.cleaned_data["text"], author=request.user, at=at, key=form.cleaned_data["key"])
        return
    note = get_object_or_404(Note.objects.select_related("article"), article=article, pk=number)
    if name == "resolve":
        notes.resolve(note, person=request.user, at=at)
    elif name == "reopen":
        notes.reopen(note, person=request.user)
    else:
        notes.take_back(note, author=request.user, at=at)


@require_POST
@desk_page("articles.change_article")
def assign_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Ask somebody to judge the article, or nobody. 409 where it was assigned to somebody else meanwhile."""
    article, asked = article_of(site, pk), queue_of(request, site)
    form = AssignForm(article, request.POST)
    if not form.is_valid():
        return review_page(request, asked, article, sentence=str(next(iter(form.errors.values()))[0]), status=INVALID)
    at = timezone.now()
    if form.is_stale:
        return review_page(request, asked, article, sentence=told([article], at)[0].sentence, status=CONFLICT)
    person = form.cleaned_data["person"]
    try:
        report = assign([article], person, editor=request.user, at=at)
    except DecisionRefused as refused:
        return review_page(request, asked, article_of(site, pk), sentence=str(refused), status=INVALID)
    if report.refused:
        return review_page(request, asked, article_of(site, pk), sentence=report.refused[0].sentence, status=CONFLICT)
    if report.reviews:
        request.session["toast"] = _toast(article, person) | {"review": report.reviews[0].pk}
    return go(request, _page(request, asked, pk))


def _toast(article: Article, person: Any) -> dict[str, Any]:
    words = gettext("Assigned to %(name)s:") % {"name": person.get_username()} if person else gettext("Assigned to nobody:")
    return {"text": words, "title": str(article)}


def _page(request: HttpRequest, asked: Queue, pk: int) -> str:
    """The page that the form stood on."""
    if request.POST.get("from") == "history":
        return reverse("articles:history", args=[pk])
    return address(reverse("articles:review", args=[pk]), asked)
