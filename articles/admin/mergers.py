"""Mergers of providers and of topics: which ones there were, and taking them back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import providers, topics
from articles.admin.reading import ReadOnlyAdmin
from articles.mergers import MergeRefused
from articles.models import Merger, Provider, Topic

MAY = {Merger.Kind.PROVIDER: "articles.change_provider", Merger.Kind.TOPIC: "articles.change_topic"}
ROOMS: dict[str, Any] = {Merger.Kind.PROVIDER: providers, Merger.Kind.TOPIC: topics}


def linked_mergers(keep: Provider | Topic, kind: str) -> SafeString:
    """Mergers into a provider or topic that stand, each with a link to where it is taken back."""
    rows = Merger.objects.filter(site=keep.site_id, kind=kind, keep=keep.pk, undone_at=None)
    links = ((reverse("admin:articles_merger_change", args=[row.pk]), row) for row in rows)
    return format_html_join(", ", '<a href="{}">{}</a>', links) or SafeString("–")


@admin.register(Merger)
class MergerAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "merged", "keep_name", "article_count", "actor", "undone_at"]
    list_filter = ["site", "kind", ("undone_at", admin.EmptyFieldListFilter)]
    list_select_related = ["site", "actor"]
    search_fields = ["keep_name"]
    actions = ["part"]
    fields = ["at", "site", "kind", "merged", "keep_name", "article_count", "actor", "undone_at", "against"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return all(request.user.has_perm(permission) for permission in MAY.values())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self.fields)

    @admin.display(description=_("Merged"))
    def merged(self, merger: Merger) -> str:
        return ", ".join(merger.gone_names)

    @admin.display(description=_("Articles"))
    def article_count(self, merger: Merger) -> int:
        return merger.article_count

    @admin.display(description=_("Undo"))
    def against(self, merger: Merger) -> str:
        """Why it cannot be taken back, or how it is."""
        return ROOMS[merger.kind].why_not_undone(merger) or gettext("Choose it in the list, then the action that takes it back.")

    @admin.action(description=_("Undo"), permissions=["view"])
    def part(self, request: HttpRequest, chosen: QuerySet[Merger]) -> None:
        """Take mergers back, the newest first."""
        for merger in chosen.order_by("-pk"):
            try:
                back = ROOMS[merger.kind].undo(merger, at=timezone.now(), actor=request.user)
            except MergeRefused as refused:
                self.message_user(request, f"{merger}: {refused}", messages.ERROR)
            else:
                self.message_user(request, f"{gettext('Parted again:')} {', '.join(one.name for one in back)}", messages.SUCCESS)
