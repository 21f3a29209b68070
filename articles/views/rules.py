"""Rules in their order, what is done with one, where two contradict each other, and why a rule acted on an article."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from articles import bulk
from articles.decisions import DecisionRefused
from articles.importing import ruled
from articles.labels import grouped
from articles.models import Article, BulkRun, ImportRun, Review, Rule, Site
from articles.rules import keeping
from articles.rules.conflicts import MOST, between, conflicts
from articles.rules.keeping import Counters, RuleRefused
from articles.rules.lost import lost_names
from articles.rules.matching import SCANNED, asked_of
from articles.rules.wording import sentence_of
from articles.tasks import hand_over
from articles.views.desk import desk_page
from articles.views.rows import row_of
from articles.workflow import Action, By

INVALID = 422
REMOVED = 5  # that can be brought back from the list
LISTED = 50
TOLD = 5  # acts of rules that the page of an article shows
FEW = 3  # contradictions that the list shows
MOVES = {"up": -1, "down": 1}


@require_safe
@desk_page("articles.view_rule")
def rules(request: HttpRequest, site: Site) -> HttpResponse:
    return rules_page(request, site)


def rules_page(request: HttpRequest, site: Site, sentence: str = "", status: int = 200) -> HttpResponse:
    found = keeping.rules_of(site)
    counted, tested, lost = keeping.counters(found), keeping.latest_tests(found), lost_names(site, found)
    context: dict[str, Any] = {
        "rows": [(one, sentence_of(one), lost.get(one.pk, ()), counted.get(one.pk, Counters()), tested.get(one.pk)) for one in found],
        "on_count": sum(one.is_on for one in found),
        "removed": Rule.objects.filter(site=site, removed_at__isnull=False).order_by("-removed_at")[:REMOVED],
        "sentence": sentence,
    }
    return render(request, "articles/rules.html", context, status=status)


@require_POST
@desk_page("articles.change_rule")
def rule_act(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Move, switch, remove, bring back, or apply to what waits: whichever button was pressed."""
    rule = get_object_or_404(Rule.objects.select_related("site"), pk=pk, site=site)
    act, at = request.POST.get("act", ""), timezone.now()
    try:
        if act in MOVES:
            keeping.move(rule, MOVES[act])
        elif act in ("on", "off"):
            _switch(request, rule, act == "on")
        elif act in ("remove", "restore"):
            if not request.user.has_perm("articles.delete_rule"):
                raise PermissionDenied
            keeping.remove(rule, at=at if act == "remove" else None, actor=request.user)
            if act == "remove":
                bulk.stop_runs(rule, at=at)
            words = _("Removed the rule") if act == "remove" else _("Brought back, switched off:")
            request.session["toast"] = {"text": words, "title": rule.name}
        elif act == "apply":
            run = bulk.choose_waiting(rule, editor=request.user, at=at)
            return redirect("articles:bulk_run", pk=run.pk)
    except (RuleRefused, DecisionRefused) as refused:
        return rules_page(request, site, str(refused), INVALID)
    if request.htmx and act in MOVES:  # type: ignore[attr-defined]
        response = rules_page(request, site)
        response["HX-Trigger"] = "rules-moved"  # the contradictions say which of two comes first
        return response
    if request.POST.get("from") == "rule" and act in ("on", "off"):
        return redirect("articles:rule", pk=rule.pk)
    return redirect(f"{reverse('articles:rules')}#rule-{rule.pk}")


def _switch(request: HttpRequest, rule: Rule, on: bool) -> None:
    keeping.switch(rule, on, actor=request.user)
    if not on:
        bulk.stop_runs(rule, at=timezone.now())
    words = _("On from the next import:") if on else _("Switched off:")
    request.session["toast"] = {"text": words, "title": rule.name}


@require_POST
@desk_page("articles.view_importrun", "articles.decide_article")
def import_undo(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Take back all that rules and blocks did at the end of an import."""
    run = get_object_or_404(ImportRun.objects.select_related("site"), pk=pk, site=site)
    try:
        left = ruled.take_back(run, editor=request.user, at=timezone.now())
    except DecisionRefused as refused:
        request.session["toast"] = {"text": str(refused), "title": "", "refused": True}
    else:
        words = _("Taken back what rules did in this import.")
        if left is not None:
            hand_over(left)
            words = _("This is much and goes on behind the page. Press Undo again for what is left then.")
        request.session["toast"] = {"text": words, "title": ""}
    return redirect("articles:import_run", pk=pk)


@require_safe
@desk_page("articles.view_rule")
def rule_conflicts(request: HttpRequest, site: Site) -> HttpResponse:
    """Pairs of rules that contradict each other about what waits; with ``?of=…&and=…`` the articles of one pair."""
    at = timezone.now()
    pair = [request.GET.get(name, "") for name in ("of", "and")]
    if all(one.isdecimal() and len(one) < 19 for one in pair):
        return _pair(request, site, int(pair[0]), int(pair[1]))
    found = [rule for rule in keeping.rules_of(site) if rule.is_on]
    rows = [(one, count_of(len(one.articles), one.partly)) for one in conflicts(found, at)]
    shown = rows[:FEW] if request.htmx else rows  # type: ignore[attr-defined]
    context = {"rows": shown, "more": len(rows) - len(shown), "on_count": len(found)}
    name = "articles/_rule_conflicts.html" if request.htmx else "articles/rule_conflicts.html"  # type: ignore[attr-defined]
    return render(request, name, context)


def _pair(request: HttpRequest, site: Site, one: int, other: int) -> HttpResponse:
    found = Rule.objects.filter(site=site, removed_at=None).select_related("site")
    first, second = get_object_or_404(found, pk=one), get_object_or_404(found, pk=other)
    at = timezone.now()
    clash = between(first, second, asked_of(first), asked_of(second), at, scanned=SCANNED)
    shown = Article.objects.filter(pk__in=clash.articles[:LISTED]).for_listing().order_by("-pk")
    context = {
        "first": first, "second": second, "first_words": sentence_of(first), "second_words": sentence_of(second),
        "count": count_of(len(clash.articles), clash.partly), "rows": [row_of(article, at) for article in shown],
        "more": len(clash.articles) > LISTED,
    }  # fmt: skip
    return render(request, "articles/rule_pair.html", context)


def count_of(count: int, partly: bool) -> str:
    """How many waiting articles, in words."""
    if partly and count >= MOST:
        return _("over %(count)s waiting articles") % {"count": grouped(MOST)}
    words = ngettext("%(count)s waiting article", "%(count)s waiting articles", count)
    return words % {"count": grouped(count)}


def ruled_context(article: Article) -> dict[str, Any]:
    """Which rules have acted on an article, and why: what stands of it, the latest first. One query, none for an article
    that nobody touched."""
    if article.version == 1:
        return {"ruled": []}
    rows = Review.objects.filter(article=article, by=By.RULE, undone_by=None).exclude(action=Action.CONFIRM)
    return {"ruled": list(rows.select_related("rule").order_by("-pk")[:TOLD])}


def runs_of(rule: Rule) -> list[BulkRun]:
    return list(rule.runs.exclude(state=BulkRun.State.CHOSEN).select_related("editor").defer("seen").order_by("-pk")[:10])
