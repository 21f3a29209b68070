"""The queue's filters as a form, for those who do not type them into the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms

from articles.querysets import ORDERS
from articles.queue import Queue
from articles.workflow import Status

AGES = (("", "Any age"), ("1d", "1 day"), ("2d", "2 days"), ("1w", "1 week"), ("4w", "4 weeks"), ("52w", "1 year"))
TYPES = (("", "Any type"), ("article", "Article"), ("video", "Video"))
DEFAULTS = {"status": Status.PENDING.value, "sort": "quality"}  # what the address need not say


class FilterForm(forms.Form):
    """Sent with GET. ``query_string`` says the same in the words of the queue's address."""

    q = forms.CharField(required=False, label="Words", max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(required=False, choices=Status.choices(), label="Status")
    sort = forms.ChoiceField(
        required=False, choices=[(order.name, order.label) for order in ORDERS.values()], label="Order"
    )
    least = forms.IntegerField(required=False, min_value=0, max_value=999_999, label="Quality from")
    most = forms.IntegerField(required=False, min_value=0, max_value=999_999, label="Quality to")
    age = forms.ChoiceField(required=False, choices=AGES, label="Not older than")
    type = forms.ChoiceField(required=False, choices=TYPES, label="Type")
    topic = forms.CharField(required=False, label="Topic", widget=forms.TextInput(attrs={"list": "topic-names"}))
    provider = forms.CharField(
        required=False, label="Provider", widget=forms.TextInput(attrs={"list": "provider-names"})
    )

    @classmethod
    def showing(cls, queue: Queue) -> FilterForm:
        """The form with the queue's own filters in it."""
        values: dict[str, Any] = {**DEFAULTS, **queue.parameters}
        if queue.quality:
            values["least"], values["most"] = queue.quality
        if queue.provider:
            values["provider"] = queue.provider.name
        return cls(initial=values)

    def query_string(self) -> str:
        """The address that the form asks for. A field that makes no sense is left out."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        least, most = asked.pop("least", ""), asked.pop("most", "")
        if least != "" or most != "":
            asked["quality"] = f"{least}..{most}"
        return urlencode({name: value for name, value in asked.items() if DEFAULTS.get(name) != value})
