"""Webhooks of a site: made, switched, their deliveries looked at and sent again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.forms.webhooks import EventsForm, WebhookForm
from articles.models import Delivery, Site, Webhook
from articles.tasks import tell_webhooks
from articles.views.desk import desk_page
from articles.webhooks import managing, sending, signing

LISTED = 50
State = Delivery.State


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_webhook")
def webhooks(request: HttpRequest, site: Site) -> HttpResponse:
    """The list with the form. The answer to the form shows the secret: nobody sees it afterwards."""
    if request.method != "POST":
        return _list_page(request, site, WebhookForm())
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _list_page(request, site, form, status=422)
    try:
        hook = managing.make_webhook(site, form.cleaned_data["url"], form.cleaned_data["events"], at=timezone.now())
    except managing.WebhookRefused as refused:
        form.add_error("url", str(refused))
        return _list_page(request, site, form, status=422)
    return _list_page(request, site, WebhookForm(), made=hook)


@require_safe
@desk_page("articles.change_webhook")
def webhook(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Its deliveries, the latest first: ``?state=``, else all. To htmx the table alone, which looks again while one is under way."""
    hook = get_object_or_404(Webhook, pk=pk, site=site)
    return _hook_page(request, hook, timezone.now(), EventsForm({"events": hook.events}))


def _hook_page(request: HttpRequest, hook: Webhook, at: datetime, form: EventsForm, *, status: int = 200) -> HttpResponse:
    asked = request.GET.get("state")
    counts = dict(hook.deliveries.order_by().values_list("state").annotate(number=Count("pk")))
    rows = hook.deliveries.order_by("-pk")
    page = Paginator(rows.filter(state=asked) if asked in State.values else rows, LISTED).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "hook": hook,
        "page": page,
        "state": asked if asked in State.values else "",
        "tabs": [("", _("All"), sum(counts.values())), *((one.value, one.label, counts.get(one.value, 0)) for one in State)],
        "failed": _given_up(hook).count(),
        "is_moving": hook.is_on and hook.deliveries.filter(state=State.WAITING, due_at__lte=at + sending.LEASE).exists(),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "articles/_deliveries.html", context)
    context["form"] = form
    ends = [until for _secret, until in signing.living(hook, at)]
    context["old_until"] = datetime.fromtimestamp(max(ends), UTC) if ends else None
    return render(request, "articles/webhook.html", context, status=status)


@never_cache
@require_POST
@desk_page("articles.change_webhook")
def change_webhook(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """``act``: on, off, events, test, again (all that were given up), secret (a new one, shown once), end (the one before), remove."""
    hook, act, at = get_object_or_404(Webhook, pk=pk, site=site), request.POST.get("act"), timezone.now()
    if act == "secret":
        managing.renew_secret(hook, at)
        return _list_page(request, site, WebhookForm(), made=hook)
    if act in ("on", "off"):
        managing.switch(hook, is_on=act == "on")
        words = _("Hears again:") if act == "on" else _("Hears nothing any more:")
    elif act == "events":
        form = EventsForm(request.POST)
        if not form.is_valid():
            return _hook_page(request, hook, at, form, status=422)
        managing.hear_of(hook, form.cleaned_data["events"])
        words = _("Saved what it hears of:")
    elif act in ("test", "again") and not hook.is_on:
        words = _("Nothing is sent while it is off. Switch it on first:")
    elif act == "test":
        managing.send_trial(hook, at)
        words = _("A test is on its way to:")
    elif act == "again":
        sending.send_again(_given_up(hook), at)
        words = _("All that was given up is sent again to:")
    elif act == "end":
        managing.end_old_secrets(hook)
        words = _("Only the new secret signs from now on:")
    elif act == "remove":
        hook.delete()
        words = _("Removed:")
    else:
        return redirect("articles:webhook", pk=pk)
    if act in ("on", "test", "again"):
        tell_webhooks.enqueue()
    request.session["toast"] = {"text": words, "title": hook.url}
    return redirect("articles:webhooks") if act == "remove" or "list" in request.POST else redirect("articles:webhook", pk=pk)


@require_POST
@desk_page("articles.change_webhook")
def send_again(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Let one delivery be sent anew, by the worker."""
    row = get_object_or_404(Delivery.objects.select_related("webhook"), pk=pk, webhook__site=site)
    sending.send_again(Delivery.objects.filter(pk=pk), timezone.now())
    tell_webhooks.enqueue()
    request.session["toast"] = {"text": _("Is sent again:"), "title": str(row.token)}
    return redirect("articles:webhook", pk=row.webhook_id)


def _given_up(hook: Webhook) -> QuerySet[Delivery]:
    """What the other side has missed: a test that failed is no loss."""
    return Delivery.objects.filter(webhook=hook, state=State.FAILED).exclude(event=Delivery.TEST)


def _list_page(
    request: HttpRequest, site: Site, form: WebhookForm, *, made: Webhook | None = None, status: int = 200
) -> HttpResponse:
    waiting = Count("deliveries", filter=Q(deliveries__state=State.WAITING))
    failed = Count("deliveries", filter=Q(deliveries__state=State.FAILED) & ~Q(deliveries__event=Delivery.TEST))
    tried = Delivery.objects.filter(webhook=OuterRef("pk")).exclude(tried_at=None).order_by("-tried_at", "-pk")
    hooks = Webhook.objects.filter(site=site).annotate(
        waiting_count=waiting,
        failed_count=failed,
        last_state=Subquery(tried.values("state")[:1]),
        last_outcome=Subquery(tried.values("outcome")[:1]),
        last_at=Subquery(tried.values("tried_at")[:1]),
    )
    rows = [(hook, [Webhook.Event(event).label for event in hook.events]) for hook in hooks.order_by("pk")]
    return render(request, "articles/webhooks.html", {"form": form, "hooks": rows, "made": made}, status=status)
