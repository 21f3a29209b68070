"""One rule: its sentence beside what it means now, and what it would have done to the past."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from articles.bulk.wishes import done
from articles.forms.rules import EMPTY_ROWS, RuleForm, provider_label
from articles.models import Article, BackTest, Provider, Review, Rule, Site, Topic
from articles.narrowing import provider_named
from articles.people import is_allowed, sites_of
from articles.people.colleagues import WORK, people_of
from articles.queue import COUNTED_TO
from articles.rules import conditions, effects, keeping
from articles.rules.backtest import LATEST, back_test
from articles.rules.conflicts import MOST, between, opposite
from articles.rules.keeping import Counters, RuleRefused
from articles.rules.kinds import RuleUnreadable
from articles.rules.matching import SCANNED, asked, asked_of, found, narrowed, waiting
from articles.rules.wording import sentence, sentence_of
from articles.views.desk import desk_page
from articles.views.rows import row_of
from articles.views.rules import count_of, runs_of
from articles.workflow import Action

CONFLICT, INVALID = 409, 422
SAMPLES = 10
MOST_OTHERS = 10  # other rules that a preview compares with
LISTED = 50
OFFERED = 500  # names in the lists of providers and topics
PAST = 20  # wordings shown in a rule's history
HAPPENED = {"+": gettext_lazy("written"), "~": gettext_lazy("changed"), "-": gettext_lazy("deleted")}
TABS = {
    "wrong": gettext_lazy("Wrong"),
    "agreed": gettext_lazy("Agree"),
    "unsure": gettext_lazy("Unsure"),
}
EMPTY = {
    "wrong": gettext_lazy("It would have contradicted nobody."),
    "agreed": gettext_lazy("It would have done nothing that people did."),
    "unsure": gettext_lazy("Nothing is unsure."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.add_rule")
def rule_new(request: HttpRequest, site: Site) -> HttpResponse:
    """An empty sentence; with ``?provider=`` (its key or name) one that rejects what comes from there; with ``?like=`` (a
    rule's key) that one's, be it of another site that the person may see."""
    provider = provider_named(site, request.GET.get("provider", "")) if request.method != "POST" else None
    if provider:
        label = provider_label(provider.name, provider.domain)
        start = {"name": provider.name, "provider": label, "decide": Action.REJECT.value}
        return _builder_page(request, Rule(site=site), RuleForm(site, start | EMPTY_ROWS))
    like = _like(request, site) if request.method != "POST" else None
    if like:
        return _builder_page(request, like, RuleForm(site, rule=like))
    return _builder(request, site, Rule(site=site))


def _like(request: HttpRequest, site: Site) -> Rule | None:
    """A new rule of the site with the words of the one that ``?like=`` names; None where the person sees no such rule."""
    number = request.GET.get("like", "")
    rule = Rule.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if rule is None or not is_allowed(request.user, "articles.view_rule", rule.site_id):
        return None
    return Rule(site=site, name=rule.name, conditions=rule.conditions, effects=rule.effects)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_rule")
def rule(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    return _builder(request, site, _rule_of(site, pk))


def _rule_of(site: Site, pk: int) -> Rule:
    return get_object_or_404(Rule.objects.select_related("site", "switched_by"), pk=pk, site=site)


def _builder(request: HttpRequest, site: Site, rule: Rule) -> HttpResponse:
    """The form; a POST saves it, and with ``then`` back-tests or only looks."""
    known = rule if rule.pk else None
    if request.method != "POST":
        return _builder_page(request, rule, RuleForm(site, rule=known))
    form = RuleForm(site, request.POST, rule=known)
    then = request.POST.get("then", "")
    if not form.is_valid() or then == "look":
        return _builder_page(request, rule, form, status=200 if form.is_valid() else INVALID)
    shown = form.cleaned_data["version"]
    try:
        name = form.cleaned_data["name"]
        changed = keeping.save(rule, name=name, when=form.when, then=form.then, actor=request.user, version=shown)
    except RuleRefused as refused:
        return _builder_page(request, rule, form, str(refused), CONFLICT)
    if then == "test":
        back_test(rule, at=timezone.now(), actor=request.user)
        return redirect("articles:rule_backtest", pk=rule.pk)
    words = _("Saved. Back-test it before you switch it on:") if changed else _("Saved:")
    request.session["toast"] = {"text": words, "title": rule.name}
    return redirect("articles:rule", pk=rule.pk)


def _builder_page(
    request: HttpRequest, rule: Rule, form: RuleForm, refused: str = "", status: int = 200
) -> HttpResponse:
    site = rule.site
    providers = Provider.objects.filter(site=site).order_by("name", "pk").values_list("name", "domain")[:OFFERED]
    context: dict[str, Any] = {
        "rule": rule, "form": form, "refused": refused,
        "providers": [provider_label(*one) for one in providers],
        "people": people_of(site, WORK).values_list("username", flat=True)[:OFFERED],
        "topics": Topic.objects.filter(site=site).order_by("name").values_list("name", flat=True)[:OFFERED],
        "others": [one for one in sites_of(request.user) if one != site and is_allowed(request.user, "articles.add_rule", one.pk)],
        **_meaning(rule, form),
    }  # fmt: skip
    if rule.pk:
        past = rule.history.select_related("history_user").order_by("-history_date", "-history_id")[:PAST]
        context |= {
            "tested": keeping.latest_tests([rule]).get(rule.pk),
            "counted": keeping.counters([rule]).get(rule.pk, Counters()),
            "runs": [(run, done(run.action, run.reason, run.changes, run.done_count)) for run in runs_of(rule)],
            "past": [(row, HAPPENED[row.history_type], sentence_of(row)) for row in past],
        }
    return render(request, "articles/rule.html", context, status=status)


@require_safe
@desk_page("articles.change_rule")
def rule_preview(request: HttpRequest, site: Site) -> HttpResponse:
    """What the sentence in the form (``?name=…&provider=…``) says and means now. Nothing is saved."""
    form = RuleForm(site, request.GET, named=False)
    number = request.GET.get("rule", "")
    known = Rule.objects.filter(site=site, pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    context = _meaning(known or Rule(site=site), form)
    return render(request, "articles/_rule_preview.html", context)


def _meaning(rule: Rule, form: RuleForm) -> dict[str, Any]:
    """The sentence, how many waiting articles it means with ten of them, and the rules that would have it otherwise."""
    at = timezone.now()
    if form.is_bound:
        if not form.is_valid():
            errors = [*(str(one) for one in form.non_field_errors()), *_field_errors(form)]
            return {"problems": errors[:3]}
        draft = Rule(pk=rule.pk, site=rule.site, conditions=form.when, effects=form.then)
    elif rule.conditions:
        draft = rule
    else:
        return {"problems": []}
    try:
        when, then = conditions.read(draft.conditions), effects.read(draft.effects)
    except RuleUnreadable as error:
        return {"problems": [str(error)]}
    question = asked(rule.site, when)
    if question.broken:
        return {"words": sentence(when, then), "problems": list(question.broken)}
    return {"words": sentence(when, then), "problems": [], **_waiting(draft, at)}


def _field_errors(form: RuleForm) -> list[str]:
    named = [(form.fields[name].label, errors) for name, errors in form.errors.items() if name in form.fields]
    rows = [errors["text"] for errors in form.words.errors if "text" in errors]
    return [f"{label}: {errors[0]}" for label, errors in named] + [str(errors[0]) for errors in rows]


def _waiting(draft: Rule, at: datetime) -> dict[str, Any]:
    question, candidates = asked_of(draft), waiting(draft.site)
    keys = [pk for pk, _version in islice(found(candidates, question, at, scanned=SCANNED), COUNTED_TO + 1)]
    looked = narrowed(candidates, question, at).count_to(SCANNED)
    shown = Article.objects.filter(pk__in=keys[:SAMPLES]).for_listing().order_by("-pk")
    others = [one for one in keeping.rules_of(draft.site) if one.is_on and one.pk != draft.pk and opposite(draft, one)]
    clashes = [between(one, draft, asked_of(one), question, at, scanned=1_000) for one in others[:MOST_OTHERS]]
    return {
        "count": count_of(len(keys), len(keys) > MOST),
        "partly": looked > SCANNED,
        "scanned": SCANNED,
        "samples": [row_of(article, at) for article in shown],
        "clashes": [(one.first, count_of(len(one.articles), one.partly)) for one in clashes if one.articles],
    }


# --- back-test --------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_rule")
def rule_backtest(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """The last back-test of the present wording, one of its lists (``?list=``) page by page. A POST asks the past anew."""
    rule = _rule_of(site, pk)
    if request.method == "POST":
        try:
            back_test(rule, at=timezone.now(), actor=request.user)
        except RuleUnreadable as error:
            return render(request, "articles/rule_backtest.html", {"rule": rule, "words": str(error)}, status=INVALID)
        return redirect("articles:rule_backtest", pk=pk)
    test = keeping.latest_tests([rule]).get(rule.pk)
    context: dict[str, Any] = {"rule": rule, "words": sentence_of(rule), "test": test, "most": LATEST}
    if test:
        context |= _listed(request, test)
    return render(request, "articles/rule_backtest.html", context)


def _listed(request: HttpRequest, test: BackTest) -> dict[str, Any]:
    lists = {"wrong": test.wrong, "agreed": test.agreed, "unsure": test.unsure}
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in lists else next((name for name in lists if lists[name]), "wrong")
    page = Paginator(lists[chosen], LISTED).get_page(request.GET.get("page"))
    reviews = Review.objects.filter(pk__in=list(page)).select_related("article", "actor")
    return {
        "tabs": [(name, TABS[name], len(keys)) for name, keys in lists.items()],
        "chosen": chosen,
        "page": page,
        "reviews": sorted(reviews, key=lambda row: -row.pk),
        "nothing": EMPTY[chosen],
    }
