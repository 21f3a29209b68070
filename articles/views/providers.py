"""Providers: the table by trust, one of them beside it, and what admins do with them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import blocking, providers
from articles.decisions import DecisionRefused
from articles.forms.providers import MergeForm, NewProviderForm, ProviderForm, SpellingForm, TrustForm
from articles.labels import counted
from articles.mergers import heir, standing
from articles.models import Merger, Provider, ProviderAlias, Site
from articles.providers import MergeRefused
from articles.providers.alike import names_of
from articles.providers.figures import Figures
from articles.recording import ChangeRefused
from articles.views.desk import desk_page
from articles.views.provider_rows import number_of, pane_of, row_of_provider, trust_word
from articles.views.provider_table import ORDERS, listed_of, tabs
from articles.workflow import NN_, Trust

LISTED = 50
NARROWING = ("trust", "q", "sort", "page")  # what the table is narrowed by
INVALID, CONFLICT = 422, 409


@require_safe
@desk_page("articles.change_provider")
def providers_page(request: HttpRequest, site: Site) -> HttpResponse:
    """The table: ``?trust=``, ``?q=`` (who is called just so comes first), ``?sort=name``, ``?page=``; beside it the first of it."""
    return _page(request, site)


@require_safe
@desk_page("articles.change_provider")
def provider_page(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """The same table with one provider beside it; alone on narrow screens. One that was merged leads to what it has become."""
    provider = Provider.objects.filter(site=site, pk=pk).first()
    if provider is None and (kept := heir(site, Merger.Kind.PROVIDER, pk)):
        return redirect(_address("provider", request, kept))
    return _page(request, site, provider or get_object_or_404(Provider, site=site, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.add_provider")
def provider_new(request: HttpRequest, site: Site) -> HttpResponse:
    """A provider that no file has mentioned yet."""
    form = NewProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = providers.add_provider(site, **form.cleaned_data, actor=request.user)
        except ChangeRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            return _done(request, made, gettext("Added"))
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
    try:
        count = blocking.set_trust(
            provider, trust, actor=request.user, at=timezone.now(), waiting=form.cleaned_data["reject"],
            back=form.cleaned_data["back"], seen=request.POST.get("seen", ""),
        )  # fmt: skip
    except (ChangeRefused, DecisionRefused) as refused:
        return _refused(request, site, provider, refused)
    words = gettext("%(trust)s now:") % {"trust": trust_word(trust)}
    if count and trust == Trust.BLOCKED:
        words = counted(NN_("Blocked, and rejected %(count)s article of", "Blocked, and rejected %(count)s articles of"), count)
    elif count:
        words = counted(NN_("%(trust)s now, and %(count)s article taken back:", "%(trust)s now, and %(count)s articles taken back:"),
                        count, trust=trust_word(trust))  # fmt: skip
    return _done(request, provider, words)


@require_POST
@desk_page("articles.change_provider")
def provider_undo(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Take back one change of the provider: ``history``, the number of its row; of a block also its rejections."""
    provider, row = get_object_or_404(Provider, site=site, pk=pk), request.POST.get("history", "")
    try:
        count = blocking.undo_change(provider, number_of(row), actor=request.user, at=timezone.now())
    except (ChangeRefused, DecisionRefused) as refused:
        return _refused(request, site, provider, refused)
    if provider.pk is None:
        request.session["toast"] = {"text": gettext("Undone:"), "title": provider.name}
        return redirect("articles:providers")
    words = counted(NN_("Undone, and %(count)s article taken back:", "Undone, and %(count)s articles taken back:"), count) if count else gettext("Undone:")
    return _done(request, provider, words)


@require_POST
@desk_page("articles.change_provider")
def provider_change(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Its names, description, logo and notes; or a file of its own; or that it is another than one that is called alike (``apart``)."""
    provider = get_object_or_404(Provider, site=site, pk=pk)
    if request.POST.get("act") == "describe":
        providers.describe(provider, actor=request.user)
        return _done(request, provider, gettext("The next export makes a file for"), undo=False)
    if "apart" in request.POST:
        other = get_object_or_404(Provider, site=site, pk=number_of(request.POST["apart"]))
        providers.change(provider, {"apart": sorted({*provider.apart, other.pk})}, actor=request.user)
        return _done(request, provider, gettext("Kept apart:"))
    form, seen = ProviderForm(provider, request.POST), request.POST.get("seen", "")
    if form.is_valid():
        try:
            changed = providers.change(provider, form.values(), actor=request.user, seen=seen)
        except ChangeRefused as refused:
            if refused.is_stale:
                return _refused(request, site, provider, refused, form=form.anew(seen))
            form.add_error(refused.field or None, str(refused))
        else:
            return _done(request, provider, gettext("Saved") if changed else gettext("Nothing to save in"), undo=bool(changed))
    return _page(request, site, provider, form=form, seen=seen, status=INVALID)


@require_POST
@desk_page("articles.change_provider")
def provider_aliases(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Add a name that files use (``name``, ``domain``), or ``remove`` one."""
    provider = get_object_or_404(Provider, site=site, pk=pk)
    form = SpellingForm(request.POST, auto_id="alias-%s")
    back: dict[str, Any]
    try:
        if "remove" in request.POST:
            alias = get_object_or_404(ProviderAlias, provider=provider, pk=number_of(request.POST["remove"]))
            providers.remove_alias(alias, actor=request.user)
            words, back = gettext("Removed an alias of"), {"name": alias.name, "domain": alias.domain}
        elif form.is_valid():
            words, back = gettext("Added an alias of"), {"remove": providers.add_alias(provider, form.spelling, actor=request.user).pk}
        else:
            raise ChangeRefused(str(next(iter(form.errors.values()))[0]))
    except ChangeRefused as refused:
        return _page(request, site, provider, sentence=str(refused), alias_form=form if form.is_valid() else None, status=INVALID)
    at = {"at": _address("provider_aliases", request, pk), "fields": back}
    request.session["toast"] = {"text": words, "title": provider.name, "undo": at}
    return redirect(_address("provider", request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_provider")
def provider_merge(request: HttpRequest, site: Site) -> HttpResponse:
    """What a merger of ``one`` (several) into ``keep`` would do; a POST does it, and goes back to the table as it was narrowed."""
    at = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    pks = [number_of(pk) for pk in asked.getlist("one")[:LISTED]]
    chosen = list(Provider.objects.filter(site=site, pk__in=pks).order_by("pk"))
    if request.method == "POST" and (merger := standing(site, Merger.Kind.PROVIDER, pks)):
        return _merged(request, merger)
    form = MergeForm([(one.pk, one.name) for one in chosen], asked)
    if len(chosen) < 2 or not form.is_valid():
        gone = 1 < len(set(pks)) > len(chosen)
        sentence = gettext("One of these providers was merged meanwhile. Look again.") if gone else gettext("Tick at least two providers, then press Merge.")
        return _page(request, site, sentence=sentence, status=CONFLICT if gone else INVALID)
    items = providers.items_lately(site, at)
    best = max(chosen, key=lambda one: (one.trust != Trust.NEW, items.get(one.pk, 0), -one.pk))
    keep = next((one for one in chosen if one.pk == form.cleaned_data["keep"]), best)
    others = [one for one in chosen if one.pk != keep.pk]
    context: dict[str, Any] = {"narrowed": _narrowed(request), "back": _address("provider", request, keep.pk)}
    if request.method == "POST":
        try:
            merger = providers.merge(keep, others, at=at, actor=request.user)
        except MergeRefused as refused:
            context["sentence"] = str(refused)
        else:
            return _merged(request, merger)
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
    return redirect(_address("provider", request, merger.keep))


def _merged(request: HttpRequest, merger: Merger) -> HttpResponse:
    undo = {"at": _address("provider_part", request, merger.pk), "fields": {}}
    request.session["toast"] = {"text": gettext("Merged into"), "title": merger.keep_name, "undo": undo}
    return redirect(_address("provider", request, merger.keep))


def _narrowed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, request.GET[name]) for name in NARROWING if name in request.GET]


def _address(name: str, request: HttpRequest, pk: int) -> str:
    """A page about the provider or a merger, with the table narrowed as it is."""
    kept = urlencode(_narrowed(request))
    return reverse(f"articles:{name}", args=[pk]) + (f"?{kept}" if kept else "")


def _done(request: HttpRequest, provider: Provider, words: str, *, undo: bool = True) -> HttpResponse:
    """Back to the provider, in the table as it was narrowed, and the change can be undone."""
    toast: dict[str, Any] = {"text": words, "title": provider.name}
    row = provider.history.order_by("-history_id").first() if undo else None
    if row is not None:
        toast["undo"] = {"at": _address("provider_undo", request, provider.pk), "fields": {"history": row.history_id}}
    request.session["toast"] = toast
    return redirect(_address("provider", request, provider.pk))


def _refused(request: HttpRequest, site: Site, provider: Provider, refused: Exception, **forms: Any) -> HttpResponse:
    provider.refresh_from_db()
    status = CONFLICT if getattr(refused, "is_stale", False) else INVALID
    return _page(request, site, provider, sentence=str(refused), status=status, **forms)


def _page(request: HttpRequest, site: Site, chosen: Provider | None = None, *, sentence: str = "", status: int = 200,
          **forms: Any) -> HttpResponse:  # fmt: skip
    at = timezone.now()
    items = providers.items_lately(site, at)
    names = names_of(site, items)
    alike = providers.unmatched(names)
    trust, text, order = (request.GET.get(name, "").strip()[:200] for name in ("trust", "q", "sort"))
    kept = listed_of(site, names, alike, trust=trust, text=text, order=order, at=at)
    page = Paginator(kept, LISTED).get_page(request.GET.get("page"))
    listed = list(page)
    shown = chosen or (Provider.objects.filter(site=site, pk=listed[0].pk).first() if listed else None)
    figures = providers.figures_of(site, {*(one.pk for one in listed), *([shown.pk] if shown else [])}, items, at)
    context: dict[str, Any] = {
        "page": page,
        "rows": [row_of_provider(one, figures[one.pk], alike.get(one.pk)) for one in listed],
        "tabs": tabs(names, alike, trust),
        "total": len(names),
        "text": text,
        "trust": trust,
        "order": order if order in ORDERS else "",
        "is_chosen": chosen is not None,
        "sentence": sentence,
        "narrowed": _narrowed(request),
    }
    if shown:
        shown.site = site
        context |= pane_of(shown, figures.get(shown.pk, Figures()), names, at, **forms)
    return render(request, "articles/providers.html", context, status=status)
