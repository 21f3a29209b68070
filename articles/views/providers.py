"""Providers: the table by trust, one of them beside it, and what admins do with them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import blocking, providers
from articles.forms.providers import MergeForm, NewProviderForm, ProviderForm, SpellingForm, TrustForm
from articles.models import Merger, Provider, ProviderAlias, Review, Site
from articles.providers import MergeRefused, ProviderRefused
from articles.providers.alike import Named, names_of
from articles.providers.figures import Figures
from articles.views.desk import desk_page
from articles.views.provider_rows import pane_of, row_of_provider, trust_word
from articles.words import spelled_lines
from articles.workflow import Trust

LISTED = 50
UNMATCHED = "alike"  # the tab of names that look like another's
INVALID, CONFLICT = 422, 409


@require_safe
@desk_page("articles.change_provider")
def providers_page(request: HttpRequest, site: Site) -> HttpResponse:
    """The table: ``?trust=``, ``?q=`` (who is called just so comes first), ``?sort=name``, ``?page=``; beside it the first of it."""
    return _page(request, site)


@require_safe
@desk_page("articles.change_provider")
def provider_page(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """The same table with one provider beside it; alone on narrow screens."""
    return _page(request, site, get_object_or_404(Provider, site=site, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.add_provider")
def provider_new(request: HttpRequest, site: Site) -> HttpResponse:
    """A provider that no file has mentioned yet."""
    form = NewProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = providers.add_provider(site, **form.cleaned_data, actor=request.user)
        except ProviderRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            request.session["toast"] = {"text": gettext("Added"), "title": made.name}
            return redirect("articles:provider", made.pk)
    status = INVALID if request.method == "POST" else 200
    return render(request, "articles/provider_new.html", {"form": form}, status=status)


@require_POST
@desk_page("articles.change_provider")
def provider_trust(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """How far the provider is trusted; blocking may reject what waits."""
    provider = get_object_or_404(Provider, site=site, pk=pk)
    form = TrustForm(request.POST)
    if not form.is_valid():
        return _page(request, site, provider, sentence=gettext("Choose how far you trust it."), status=INVALID)
    trust = form.cleaned_data["trust"]
    first: Review | None = None
    providers.change(provider, {"trust": trust}, actor=request.user)
    if trust == Trust.BLOCKED and form.cleaned_data["reject"]:
        first = blocking.reject_waiting(provider, at=timezone.now())
    toast: dict[str, Any] = {"text": gettext("%(trust)s now:") % {"trust": trust_word(trust)}, "title": provider.name}
    if first is not None:
        count = Review.objects.filter(batch=first.batch).count()
        words = ngettext("Blocked, and rejected %(count)d article of", "Blocked, and rejected %(count)d articles of", count)
        toast |= {"text": words % {"count": count}, "review": first.pk, "from": "providers"}
    request.session["toast"] = toast
    return _back(request, pk)


@require_POST
@desk_page("articles.change_provider")
def provider_change(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Its names, description, logo and notes; or a file of its own."""
    provider = get_object_or_404(Provider, site=site, pk=pk)
    if request.POST.get("act") == "describe":
        providers.describe(provider, actor=request.user)
        request.session["toast"] = {"text": gettext("The next export makes a file for"), "title": provider.name}
        return _back(request, pk)
    form = ProviderForm(provider, request.POST)
    if form.is_valid():
        try:
            changed = providers.change(provider, form.values(), actor=request.user)
        except ProviderRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            words = gettext("Saved") if changed else gettext("Nothing to save in")
            request.session["toast"] = {"text": words, "title": provider.name}
            return _back(request, pk)
    return _page(request, site, provider, form=form, status=INVALID)


@require_POST
@desk_page("articles.change_provider")
def provider_aliases(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Add a name that files use (``name``, ``domain``), or ``remove`` one."""
    provider = get_object_or_404(Provider, site=site, pk=pk)
    form = SpellingForm(request.POST, auto_id="alias-%s")
    try:
        if request.POST.get("remove", "").isdecimal():
            providers.remove_alias(
                get_object_or_404(ProviderAlias, provider=provider, pk=int(request.POST["remove"][:18])), actor=request.user
            )
            words = gettext("Removed an alias of")
        elif form.is_valid():
            providers.add_alias(provider, form.spelling, actor=request.user)
            words = gettext("Added an alias of")
        else:
            raise ProviderRefused(str(next(iter(form.errors.values()))[0]))
    except ProviderRefused as refused:
        return _page(request, site, provider, sentence=str(refused), alias_form=form if form.is_valid() else None, status=INVALID)
    request.session["toast"] = {"text": words, "title": provider.name}
    return _back(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_provider")
def provider_merge(request: HttpRequest, site: Site) -> HttpResponse:
    """What a merger of ``one`` (several) into ``keep`` would do; a POST does it."""
    at = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    pks = [int(pk) for pk in asked.getlist("one")[:LISTED] if pk.isdecimal() and len(pk) < 19]
    chosen = list(Provider.objects.filter(site=site, pk__in=pks).order_by("pk"))
    form = MergeForm([(one.pk, one.name) for one in chosen], asked)
    if len(chosen) < 2 or not form.is_valid():
        sentence = gettext("Tick at least two providers, then press Merge.")
        return _page(request, site, sentence=sentence, status=INVALID)
    items = providers.items_lately(site, at)
    best = max(chosen, key=lambda one: (one.trust != Trust.NEW, items.get(one.pk, 0), -one.pk))
    keep = next((one for one in chosen if one.pk == form.cleaned_data["keep"]), best)
    others = [one for one in chosen if one.pk != keep.pk]
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            providers.merge(keep, others, at=at, actor=request.user)
        except MergeRefused as refused:
            context["sentence"] = str(refused)
        else:
            request.session["toast"] = {"text": gettext("Merged into"), "title": keep.name}
            return redirect("articles:provider", keep.pk)
    context |= {"preview": providers.preview(keep, others), "keep": keep, "trust": trust_word(keep.trust)}
    return render(request, "articles/provider_merge.html", context, status=CONFLICT if "sentence" in context else 200)


@require_POST
@desk_page("articles.change_provider")
def provider_part(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Take a merger back."""
    merger = get_object_or_404(Merger, site=site, kind=Merger.Kind.PROVIDER, pk=pk)
    try:
        back = providers.undo(merger, at=timezone.now(), actor=request.user)
    except MergeRefused as refused:
        keep = Provider.objects.filter(site=site, pk=merger.keep).first()
        return _page(request, site, keep, sentence=str(refused), status=CONFLICT)
    request.session["toast"] = {"text": gettext("Parted again:"), "title": ", ".join(one.name for one in back)}
    return redirect("articles:provider", merger.keep)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the provider, in the table as it was narrowed."""
    query = request.GET.urlencode()
    return redirect(reverse("articles:provider", args=[pk]) + (f"?{query}" if query else ""))


def _page(request: HttpRequest, site: Site, chosen: Provider | None = None, *, sentence: str = "", status: int = 200,
          **forms: Any) -> HttpResponse:  # fmt: skip
    at = timezone.now()
    items = providers.items_lately(site, at)
    names = names_of(site, items)
    alike = providers.unmatched(names)
    trust, text = request.GET.get("trust", ""), request.GET.get("q", "").strip()[:200]
    kept = [one for one in names if _is_kept(one, trust, alike)]
    if text:
        found = _found(site, text, names)
        kept = [one for one in kept if one.pk in found]
    by_name = request.GET.get("sort") == "name"
    asked = text.casefold()
    kept.sort(key=lambda one: (one.name.casefold() != asked, (0 if by_name else -one.items), one.words, one.pk))
    page = Paginator(kept, LISTED).get_page(request.GET.get("page"))
    listed = list(page)
    shown = chosen or (Provider.objects.filter(site=site, pk=listed[0].pk).first() if listed else None)
    figures = providers.figures_of(site, {*(one.pk for one in listed), *([shown.pk] if shown else [])}, items, at)
    context: dict[str, Any] = {
        "page": page,
        "rows": [row_of_provider(one, figures[one.pk], alike.get(one.pk)) for one in listed],
        "tabs": _tabs(names, alike, trust),
        "total": len(names),
        "text": text,
        "trust": trust,
        "by_name": by_name,
        "is_chosen": chosen is not None,
        "sentence": sentence,
    }
    if shown:
        shown.site = site
        context |= pane_of(shown, figures.get(shown.pk, Figures()), names, at, **forms)
    return render(request, "articles/providers.html", context, status=status)


def _is_kept(one: Named, trust: str, alike: dict[int, Named]) -> bool:
    if trust == UNMATCHED:
        return one.pk in alike
    return trust not in set(Trust) or one.trust == trust


def _tabs(names: list[Named], alike: dict[int, Named], trust: str) -> list[tuple[str, str, int, bool]]:
    """The tabs: what ``?trust=`` says, the words, how many, whether it is this one."""
    order = (Trust.TRUSTED, Trust.NORMAL, Trust.WATCH, Trust.BLOCKED, Trust.NEW)
    tabs = [(one.value, trust_word(one), sum(name.trust == one for name in names)) for one in order]
    tabs.append((UNMATCHED, gettext("Look alike"), len(alike)))
    current = trust if trust in {value for value, _, _ in tabs} else ""
    return [(value, words, count, value == current) for value, words, count in [("", gettext("All"), len(names)), *tabs]]


def _found(site: Site, text: str, names: list[Named]) -> set[int]:
    """Providers whose name, domain or alias holds the text, whatever its case."""
    asked = spelled_lines([text])
    found = {one.pk for one in names if asked in spelled_lines([one.name, one.domain])}
    aliases = ProviderAlias.objects.filter(Q(name__icontains=text) | Q(domain__icontains=text), site=site)
    return found | set(aliases.values_list("provider", flat=True))
