"""Who wins a field that both sides changed, and which changes reach an editor: one table for each site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from articles.captions import caption
from articles.forms.policy import PolicyForm
from articles.labels import inside
from articles.models import FieldPolicy, Site
from articles.views.desk import desk_page

TOLD = 20  # earlier changes shown
OWNERS = {
    FieldPolicy.Owner.FEED: _("What the feed says last is taken, whatever an editor set."),
    FieldPolicy.Owner.DESK: _("Once an editor has set it, the feed's changes are recorded and not followed."),
    FieldPolicy.Owner.ASK: _("Where both changed it, the desk's value stays and a conflict asks a senior editor."),
}
CHANGES = {
    FieldPolicy.Change.NOISE: _("Taken in silence."),
    FieldPolicy.Change.DRIFT: _("Taken in silence; it changes all day long."),
    FieldPolicy.Change.CONTEXT: _("Taken and shown with the article, but no reason to look again."),
    FieldPolicy.Change.DECISION: _("Written into the history; a decided article comes up for another look."),
}
HAPPENED = {"+": _("set"), "~": _("changed"), "-": _("reset to the default")}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("articles.change_fieldpolicy")
def policy(request: HttpRequest, site: Site) -> HttpResponse:
    if request.method != "POST":
        return _page(request, site, PolicyForm(site))
    form = PolicyForm(site, request.POST)
    if request.POST.get("reset"):
        count = form.reset(request.POST["reset"])
        words = ngettext("Back to the default: %(count)s field of", "Back to the default: %(count)s fields of", count) % {"count": count}
    elif form.is_valid():
        count = form.save()
        words = ngettext("Saved %(count)s change of", "Saved %(count)s changes of", count) % {"count": count} if count else gettext("Nothing to save in")
    else:
        return _page(request, site, form, status=422)
    request.session["toast"] = {"text": words, "title": gettext("the field policy")}
    return redirect("articles:policy")


def _page(request: HttpRequest, site: Site, form: PolicyForm, status: int = 200) -> HttpResponse:
    past = FieldPolicy.history.filter(site=site).select_related("history_user").order_by("-history_date", "-history_id")
    context = {
        "form": form,
        "table": list(form.table()),
        "owners": [(FieldPolicy.Owner(name).label, means) for name, means in OWNERS.items()],
        "changes": [(FieldPolicy.Change(name).label.split(":")[0], means) for name, means in CHANGES.items()],
        "past": [
            (row, caption(row.field), HAPPENED[row.history_type],
             f"{row.get_owner_display()}, {inside(row.get_change_display().split(':')[0])}")
            for row in past[:TOLD]
        ],
    }  # fmt: skip
    return render(request, "articles/policy.html", context, status=status)
