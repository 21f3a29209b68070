"""What has happened: reviews, runs, conflicts and refused files. They are read, never written."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.admin.reading import ReadOnlyAdmin
from articles.models import Conflict, ExportRun, ImportRun, QuarantinedFile, Review


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ["at", "action", "article", "actor", "by", "from_status", "to_status", "reason"]
    list_filter = ["action", "by", "reason"]
    list_select_related = ["article", "actor"]
    search_fields = ["article__title", "note"]
    date_hierarchy = None
    exclude = ["shown_at"]  # with the actor it is that person's pace, which is shown to that person alone

    def get_readonly_fields(self, request: HttpRequest, obj: Review | None = None) -> list[str]:
        return [name for name in super().get_readonly_fields(request, obj) if name not in self.exclude]


@admin.register(Conflict)
class ConflictAdmin(ReadOnlyAdmin):
    list_display = ["field", "article", "found_at", "settled_at"]
    list_filter = ["field", ("settled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["article"]


@admin.register(ImportRun)
@admin.register(ExportRun)
class RunAdmin(ReadOnlyAdmin):
    list_display = ["started_at", "site", "where", "actor", "finished_at", "unchanged"]
    list_filter = ["site"]
    list_select_related = ["site", "actor"]

    @admin.display(description=_("Where"))
    def where(self, run: ImportRun | ExportRun) -> str:
        return run.origin if isinstance(run, ImportRun) else run.destination


@admin.register(QuarantinedFile)
class QuarantineAdmin(ReadOnlyAdmin):
    list_display = ["path", "line", "reason", "site", "found_at", "dismissed_at", "look"]
    list_filter = ["site", ("dismissed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["site"]
    search_fields = ["path", "reason"]
    actions = ["dismiss"]
    exclude = ["content"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuarantinedFile]:
        return super().get_queryset(request).defer("content")

    def get_readonly_fields(self, request: HttpRequest, obj: QuarantinedFile | None = None) -> list[str]:
        return [name for name in super().get_readonly_fields(request, obj) if name != "content"]

    @admin.display(description=_("Lines"))
    def look(self, file: QuarantinedFile) -> str:
        return format_html('<a href="/imports/quarantine/{}/">{}</a>', file.pk, gettext("Show"))

    @admin.action(description=_("Dismiss"), permissions=["dismiss"])
    def dismiss(self, request: HttpRequest, chosen: QuerySet[QuarantinedFile]) -> None:
        """Take the files out of the list that asks for attention; their bytes stay."""
        count = chosen.filter(dismissed_at=None).update(dismissed_at=timezone.now())
        self.message_user(request, ngettext("Dismissed %(count)s file.", "Dismissed %(count)s files.", count) % {"count": count})

    def has_dismiss_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.change_quarantinedfile")
