"""Providers: search, rename, and merging two into one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from articles.models import Provider, ProviderAlias
from articles.providers import MergeRefused, merge, rename


class AliasFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Aliases of one provider: they belong to its site, where a spelling means one provider."""

    def clean(self) -> None:
        super().clean()
        spellings: set[tuple[str, str]] = set()
        for form in self.forms:
            if not form.has_changed() or not form.is_valid() or form.cleaned_data.get("DELETE"):
                continue
            form.instance.site_id = self.instance.site_id
            spelling = (form.cleaned_data.get("name", ""), form.cleaned_data.get("domain", ""))
            if spelling == ("", ""):
                form.add_error(None, gettext("An alias needs a name or a domain."))
                continue
            taken = ProviderAlias.objects.filter(site=self.instance.site_id, name=spelling[0], domain=spelling[1])
            other = taken.exclude(pk=form.instance.pk).select_related("provider").first()
            if other and other.provider_id != self.instance.pk:
                form.add_error(None, gettext("This is an alias of %(provider)s already. Merge the two, or remove it there.") % {"provider": other.provider})
            elif other or spelling in spellings:
                form.add_error(None, gettext("This alias is here already."))
            spellings.add(spelling)


class AliasInline(admin.TabularInline):
    model = ProviderAlias
    formset = AliasFormSet
    fields = ["name", "domain"]
    extra = 0


class ProviderForm(forms.ModelForm):
    class Meta:
        model = Provider
        fields = ["site", "name", "domain", "description", "trust", "notes"]


@admin.register(Provider)
class ProviderAdmin(SimpleHistoryAdmin):
    form = ProviderForm
    inlines = [AliasInline]
    list_display = ["name", "domain", "trust", "article_count", "site"]
    list_filter = ["site", "trust"]
    list_select_related = ["site"]
    search_fields = ["name", "domain", "aliases__name", "aliases__domain"]
    actions = ["merge_into_one"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        return super().get_queryset(request).annotate(counted=Count("articles", distinct=True))

    @admin.display(description=_("Articles"), ordering="counted")
    def article_count(self, provider: Provider) -> int:
        return provider.counted

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> list[str]:
        return ["site"] if obj else []

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        old = Provider.objects.filter(pk=obj.pk).values_list("name", "domain").first() if change else None
        super().save_model(request, obj, form, change)
        rename(obj, old)

    @admin.action(description=_("Merge into one…"), permissions=["change"])
    def merge_into_one(self, request: HttpRequest, chosen: QuerySet[Provider]) -> HttpResponse | None:
        """Ask which one stays, then merge."""
        listed = list(chosen.order_by("-counted", "pk"))
        keep = next((one for one in listed if str(one.pk) == request.POST.get("keep")), None)
        if keep is None:
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Merge providers"),
                "providers": listed,
                "opts": self.model._meta,
            }
            return render(request, "admin/articles/merge_providers.html", context)
        try:
            moved = merge(keep, [one for one in listed if one.pk != keep.pk], at=timezone.now(), actor=request.user)
        except MergeRefused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return None
        self.message_user(
            request,
            gettext("Merged %(count)s providers into %(kept)s; articles moved: %(moved)s. No file changes.") % {"count": len(listed), "kept": keep, "moved": moved},
            messages.SUCCESS,
        )
        return None
