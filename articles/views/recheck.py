"""Decided articles that the feed changed: another look, and "still fine"."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from articles.captions import caption, value_words
from articles.decisions import DecisionRefused, DecisionReport, confirm
from articles.forms.conflicts import ConfirmForm
from articles.labels import counted, label
from articles.models import Article, Site
from articles.querysets import LISTED as LISTED_COLUMNS
from articles.since import Since, since_decision
from articles.views.desk import article_of, desk_page
from articles.views.rows import row_of
from articles.workflow import NN_, Recheck

LISTED = 50
GRAVEST_FIRST = tuple(reversed([case for case in Recheck if case]))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.decide_article")
def recheck(request: HttpRequest, site: Site) -> HttpResponse:
    """The list by reason, the newest first within each; POST confirms the chosen ones."""
    if request.method != "POST":
        return _page(request, site)
    form = ConfirmForm(request.POST)
    if not form.versions:
        return _page(request, site, sentence=gettext("Tick the articles that are still fine."), status=422)
    articles = form.seen(list(Article.objects.of_site(site).filter(pk__in=form.versions)))
    try:
        report = confirm(articles, editor=request.user, at=timezone.now())
    except DecisionRefused as refused:
        return _page(request, site, sentence=str(refused), status=422)
    if not report.reviews:
        sentence = report.refused[0].sentence if report.refused else gettext("These articles are no longer on this desk.")
        return _page(request, site, sentence=sentence, status=409)
    request.session["toast"] = confirmed_words(report) | {"from": "recheck"}
    return redirect("articles:recheck")


@require_POST
@desk_page("articles.decide_article")
def confirm_article(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """"Still fine" beside the article itself."""
    article = article_of(site, pk)
    version = request.POST.get("version", "")
    article.version = int(version) if version.isdecimal() and len(version) < 10 else 0
    report = confirm([article], editor=request.user, at=timezone.now(), key=request.POST.get("key", "")[:64])
    request.session["toast"] = (
        {"text": report.refused[0].sentence, "title": ""} if report.refused else confirmed_words(report)
    )
    response = redirect("articles:review", pk=pk)
    if request.htmx:  # type: ignore[attr-defined]
        response.status_code = 303
    return response


LEFT_ALONE = NN_(
    "%(count)s changed meanwhile and was left alone. Still fine:", "%(count)s changed meanwhile and were left alone. Still fine:"
)


def confirmed_words(report: DecisionReport) -> dict[str, Any]:
    """The message after "still fine"."""
    count, left = len(report.reviews), len(report.refused)
    title = str(report.reviews[0].article) if count == 1 else counted(NN_("%(count)s article", "%(count)s articles"), count)
    text = counted(LEFT_ALONE, left) if left else gettext("Still fine:")
    return {"text": text, "title": title, "review": report.reviews[0].pk}


def since_card(article: Article) -> dict[str, Any] | None:
    """What the card "since the decision" shows, or None where there is nothing to tell. One query."""
    since = since_decision(article)
    if since is None or not (since.changes or article.recheck):
        return None
    return {"decision": since.decision, "changes": told(since), "reason": label(Recheck(article.recheck))}


def told(since: Since) -> list[dict[str, Any]]:
    return [
        {
            "caption": caption(change.name),
            "before": value_words(change.name, change.before),
            "now": value_words(change.name, change.now),
            "who": change.who,
            "at": change.at,
            "followed": change.followed,
        }
        for change in since.changes
    ]


def _page(request: HttpRequest, site: Site, *, sentence: str = "", status: int = 200) -> HttpResponse:
    waiting = Article.objects.of_site(site).exclude(recheck=Recheck.NONE)
    grave = Case(
        *(When(recheck=case.value, then=Value(place)) for place, case in enumerate(GRAVEST_FIRST)),
        default=Value(len(GRAVEST_FIRST)), output_field=IntegerField(),
    )  # fmt: skip
    listed = (
        waiting.select_related("provider", "decided_by", "assigned_to")
        .only(*LISTED_COLUMNS, "recheck", "recheck_since", "decided_at", "decided_by__username")
        .order_by(grave, "-recheck_since", "-pk")
    )
    page = Paginator(listed, LISTED).get_page(request.GET.get("page"))
    at = timezone.now()
    counts = Counter(dict(waiting.order_by().values_list("recheck").annotate(number=Count("pk"))))
    rows = [(article, row_of(article, at)) for article in page]
    groups = [
        {"label": label(case), "name": case.value, "count": counts[case.value],
         "rows": [row for row in rows if row[0].recheck == case.value]}
        for case in GRAVEST_FIRST
    ]  # fmt: skip
    context = {"page": page, "groups": [group for group in groups if group["rows"]], "sentence": sentence}
    return render(request, "articles/recheck.html", context, status=status)
