"""A webhook: where to, and what it hears of."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from articles.models import Webhook
from articles.thumbnails.addresses import target_of
from articles.thumbnails.refusals import Refused


class EventsForm(forms.Form):
    events = forms.MultipleChoiceField(
        choices=Webhook.Event.choices, initial=Webhook.Event.values, label=_("Hears of"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind of event.")},
    )  # fmt: skip


class WebhookForm(EventsForm):
    url = forms.CharField(
        max_length=2000, label=_("Address"),
        widget=forms.URLInput(attrs={"class": "form-control", "placeholder": "https://", "autocomplete": "off"}),
        error_messages={"required": _("Write the address that is to be told.")},
    )  # fmt: skip
    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            target_of(url, inner=settings.DESK_WEBHOOK_INNER)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return url
