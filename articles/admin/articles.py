"""Articles: looked at closely, decided through the one door."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.admin.deciding import MOST, answer, ask
from articles.admin.reading import ReadOnlyAdmin
from articles.models import Article
from articles.searching import parse
from articles.workflow import Action

SHOWN = (
    "path", "title", "excerpt", "status", "quality", "heat", "type", "topics", "provider_name", "provider_domain",
    "provider", "published_at", "published", "removed", "withdrawn", "original_url", "web_url", "amp_web_url",
    "cdn_amp_web_url", "images", "featured_content", "category", "hold_until", "decided_at", "decided_by", "desk_fields",
    "version",
)  # fmt: skip


class QualityFilter(admin.SimpleListFilter):
    title = _("quality")
    parameter_name = "range"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("0..69", gettext("under 70")), ("70..99", gettext("70 to 99")), ("100..", gettext("100 and more")), ("none", gettext("none"))]

    def queryset(self, request: HttpRequest, articles: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() == "none":
            return articles.filter(quality=None)
        if self.value():
            low, _, high = self.value().partition("..")
            articles = articles.filter(quality__gte=int(low))
            return articles.filter(quality__lte=int(high)) if high else articles
        return articles


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    list_display = ["title_or_path", "status", "quality", "heat", "provider", "queued_at", "review"]
    list_filter = ["status", "type", "published", "site", "provider__trust", QualityFilter]
    list_select_related = ["provider"]
    search_fields = ["search_text", "path"]
    fields = SHOWN
    actions = ["approve", "reject", "hold", "undo"]
    ordering = ["-queued_at", "-pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> list[str]:
        return list(SHOWN)

    def get_search_results(self, request: HttpRequest, articles: Any, words: str) -> tuple[Any, bool]:
        """By the desk's own index of words, or by the path."""
        wanted = [one.sought for one in parse(words).terms if one.sought]
        if not wanted:
            return articles, False
        return articles.filter(pk__in=Article.objects.matching(wanted).values("pk")) | articles.filter(path__contains=words), False

    @admin.display(description=_("Title"), ordering="title")
    def title_or_path(self, article: Article) -> str:
        return str(article)

    @admin.display(description=_("Desk"))
    def review(self, article: Article) -> str:
        return format_html('<a href="{}">{}</a>', reverse("articles:review", args=[article.pk]), gettext("Review"))

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.decide_article")

    @admin.action(description=_("Approve…"), permissions=["decide"])
    def approve(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse | None:
        return self._act(request, chosen, Action.APPROVE)

    @admin.action(description=_("Reject…"), permissions=["decide"])
    def reject(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse | None:
        return self._act(request, chosen, Action.REJECT)

    @admin.action(description=_("Later…"), permissions=["decide"])
    def hold(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse | None:
        return self._act(request, chosen, Action.HOLD)

    @admin.action(description=_("Undo the last act…"), permissions=["decide"])
    def undo(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse | None:
        return self._act(request, chosen, Action.UNDO)

    def _act(self, request: HttpRequest, chosen: QuerySet[Article], action: Action) -> HttpResponse | None:
        """Ask first; with the answer, act on what the page had shown, whatever the list holds by now."""
        shell = {**self.admin_site.each_context(request), "opts": self.model._meta}
        if "seen" in request.POST:
            return answer(request, shell, action, self.get_queryset(request))
        return ask(request, shell, action, list(chosen[: MOST + 1]))
