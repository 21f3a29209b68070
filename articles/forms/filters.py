"""The queue's filters as a form, for those who do not type them into the address."""

from __future__ import annotations

from typing import Any

from django import forms

from articles.querysets import ORDERS
from articles.queue import Queue
from articles.workflow import Status

AGES = (("", "Any age"), ("1d", "1 day"), ("2d", "2 days"), ("1w", "1 week"), ("4w", "4 weeks"), ("52w", "1 year"))


class FilterForm(forms.Form):
    """Sent with GET; ``Queue.read`` understands what it sends."""

    q = forms.CharField(required=False, label="Words", max_length=200)
    status = forms.ChoiceField(required=False, choices=Status.choices(), label="Status")
    quality = forms.RegexField(r"^\d*\.\.\d*$", required=False, label="Quality", help_text="From..to, such as 20..79.")
    type = forms.ChoiceField(
        required=False, choices=(("", "Any type"), ("article", "Article"), ("video", "Video")), label="Type"
    )
    topic = forms.CharField(required=False, label="Topic", help_text="A topic's name.")
    provider = forms.CharField(required=False, label="Provider", help_text="A name or a domain.")
    age = forms.ChoiceField(required=False, choices=AGES, label="Age")
    sort = forms.ChoiceField(
        required=False, choices=[(order.name, order.label) for order in ORDERS.values()], label="Order"
    )

    @classmethod
    def showing(cls, queue: Queue) -> FilterForm:
        """The form with the queue's own filters in it."""
        values: dict[str, Any] = dict(queue.parameters)
        values.setdefault("status", Status.PENDING.value)
        values.setdefault("sort", queue.order.name)
        if queue.provider:
            values["provider"] = queue.provider.name
        form = cls(initial=values)
        form.fields["topic"].widget.attrs["list"] = "topic-names"
        return form
