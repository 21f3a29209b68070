from __future__ import annotations

from django.contrib import admin

from articles.models import Site


@admin.register(Site)
class SiteAdmin(admin.ModelAdmin):
    list_display = ["name", "title", "url", "language", "main_topic", "goal"]
    readonly_fields = ["created_at"]
