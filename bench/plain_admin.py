"""Django's admin as it comes, for one model, beside the project's own pages: what most teams would use instead of a desk."""

from __future__ import annotations

from django.contrib.admin import AdminSite, ModelAdmin
from django.urls import include, path

from articles.models import Article

plain = AdminSite(name="plain")


class PlainArticleAdmin(ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "status", "quality", "heat", "provider", "queued_at")
    list_filter = ("status", "type", "published")
    list_select_related = ("provider",)
    ordering = ("-queued_at", "-pk")
    list_per_page = 50


plain.register(Article, PlainArticleAdmin)
urlpatterns = [path("plain/", plain.urls), path("", include("newsdesk.urls"))]
