"""The ledger: what left the desk, field by field, and what the feed made of it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from articles.captions import caption
from articles.differences import compared, plain
from articles.models import SentField, Site
from articles.views.desk import desk_page

LISTED = 50
State = SentField.State
# The tabs in the order of what needs a look, each with what it means.
TABS = {
    State.REVERTED: _("The feed wrote over these. Where the desk still holds its value, the next export sends it again."),
    State.SENT: _("These left with an export; no import has seen them in the repository yet."),
    State.ARRIVED: _("An import has seen these in the repository. The feed has not written the file since."),
    State.KEPT: _("The feed has rewritten the file since, and left these as the desk sent them."),
}
EMPTY = {
    State.REVERTED: _("The feed has reverted nothing."),
    State.SENT: _("Nothing is on its way."),
    State.ARRIVED: _("Nothing waits in the repository for the feed's next run."),
    State.KEPT: _("The feed has not written over any file that the desk sent, yet."),
}


@require_safe
@desk_page("articles.view_sentfield")
def ledger(request: HttpRequest, site: Site) -> HttpResponse:
    """One state of the ledger, the latest change first: ``?state=``, else what the feed reverted."""
    asked = request.GET.get("state")
    state = State(asked) if asked in TABS else State.REVERTED
    sent = SentField.objects.filter(article__site=site)
    counts = dict(sent.order_by().values_list("state").annotate(number=Count("pk")))
    rows = (
        sent.filter(state=state)
        .select_related("article", "run")
        .only(
            "field", "value", "feed_value", "sent_at", "state", "state_since",
            "article__title", "article__path", "run__started_at", "run__branch", "run__commit", "run__destination", "run__file",
        )
        .order_by("-state_since", "-pk")
    )  # fmt: skip
    page = Paginator(rows, LISTED).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "rows": [(row, caption(row.field), plain(row.value), compared(row.value, row.feed_value)) for row in page],
        "state": state,
        "tabs": [(one, State(one).label, counts.get(one, 0)) for one in TABS],
        "means": TABS[state],
        "nothing": EMPTY[state],
    }
    return render(request, "articles/ledger.html", context)
