"""Webhooks of a site: made, switched, their deliveries looked at and sent again."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.forms.webhooks import WebhookForm
from articles.models import Delivery, Site, Webhook
from articles.tasks import tell_webhooks
from articles.views.desk import desk_page
from articles.webhooks import managing, sending

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
    hook = managing.make_webhook(site, form.cleaned_data["url"], form.cleaned_data["events"], at=timezone.now())
    return _list_page(request, site, WebhookForm(), made=hook)


@require_safe
@desk_page("articles.change_webhook")
def webhook(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Its deliveries, the latest first: ``?state=``, else all."""
    hook = get_object_or_404(Webhook, pk=pk, site=site)
    asked = request.GET.get("state")
    rows = hook.deliveries.order_by("-pk")
    counts = dict(hook.deliveries.order_by().values_list("state").annotate(number=Count("pk")))
    page = Paginator(rows.filter(state=asked) if asked in State.values else rows, LISTED).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "hook": hook,
        "events": [Webhook.Event(event).label for event in hook.events],
        "page": page,
        "state": asked if asked in State.values else "",
        "tabs": [("", _("All"), sum(counts.values())), *((one.value, one.label, counts.get(one.value, 0)) for one in State)],
    }
    return render(request, "articles/webhook.html", context)


@never_cache
@require_POST
@desk_page("articles.change_webhook")
def change_webhook(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """``act``: on, off, secret (a new one, shown once) or remove."""
    hook, act = get_object_or_404(Webhook, pk=pk, site=site), request.POST.get("act")
    if act == "secret":
        managing.renew_secret(hook)
        return _list_page(request, site, WebhookForm(), made=hook)
    if act in ("on", "off"):
        managing.switch(hook, is_on=act == "on")
        words = _("Hears again:") if act == "on" else _("Hears nothing any more:")
    elif act == "remove":
        hook.delete()
        words = _("Removed:")
    else:
        return redirect("articles:webhook", pk=pk)
    request.session["toast"] = {"text": words, "title": hook.url}
    return redirect("articles:webhooks")


@require_POST
@desk_page("articles.change_webhook")
def send_again(request: HttpRequest, site: Site, pk: int) -> HttpResponse:
    """Let one delivery be sent anew, by the worker."""
    row = get_object_or_404(Delivery.objects.select_related("webhook"), pk=pk, webhook__site=site)
    sending.send_again(row, timezone.now())
    tell_webhooks.enqueue()
    request.session["toast"] = {"text": _("Is sent again:"), "title": str(row.token)}
    return redirect("articles:webhook", pk=row.webhook_id)


def _list_page(
    request: HttpRequest, site: Site, form: WebhookForm, *, made: Webhook | None = None, status: int = 200
) -> HttpResponse:
    waiting = Count("deliveries", filter=Q(deliveries__state=State.WAITING))
    failed = Count("deliveries", filter=Q(deliveries__state=State.FAILED))
    hooks = Webhook.objects.filter(site=site).annotate(waiting_count=waiting, failed_count=failed).order_by("pk")
    rows = [(hook, [Webhook.Event(event).label for event in hook.events]) for hook in hooks]
    return render(request, "articles/webhooks.html", {"form": form, "hooks": rows, "made": made}, status=status)
