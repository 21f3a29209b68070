"""The queue's filters as a form, for those who do not type them into the search field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.labels import choices
from articles.querysets import ORDERS
from articles.queue import Queue
from articles.searching import ANY
from articles.workflow import Status

AGES = (("", _("Any age")), ("1d", _("1 day")), ("2d", _("2 days")), ("1w", _("1 week")), ("4w", _("4 weeks")), ("52w", _("1 year")))
EITHER = (("", _("Either")), ("yes", _("Yes")), ("no", _("No")))
RANGES = ("quality", "heat")


class FilterForm(forms.Form):
    """Sent with GET; ``Queue.read`` understands what it sends. Never validated here: the queue says what it cannot read."""

    q = forms.CharField(required=False, label=_("Words"), max_length=500)
    status = forms.ChoiceField(required=False, choices=[*choices(Status), (ANY, _("Any"))], label=_("Status"))
    quality_from = forms.IntegerField(required=False, min_value=0, label=_("Quality from"))
    quality_to = forms.IntegerField(required=False, min_value=0, label=_("Quality to"))
    heat_from = forms.IntegerField(required=False, min_value=0, label=_("Heat from"))
    heat_to = forms.IntegerField(required=False, min_value=0, label=_("Heat to"))
    since = forms.DateField(required=False, label=_("From day"), widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.DateField(required=False, label=_("Before day"), widget=forms.DateInput(attrs={"type": "date"}))
    age = forms.ChoiceField(required=False, choices=AGES, label=_("Age under"))
    type = forms.ChoiceField(
        required=False, choices=(("", _("Any type")), ("article", _("Article")), ("video", _("Video"))), label=_("Type")
    )
    topic = forms.CharField(required=False, label=_("Topic"))
    provider = forms.CharField(required=False, label=_("Provider"))
    assigned = forms.CharField(required=False, label=_("Assigned to"))
    published = forms.ChoiceField(required=False, choices=EITHER, label=_("Published in the file"))
    has = forms.ChoiceField(
        required=False,
        choices=(("", _("Anything")), ("picture", _("A picture")), ("related", _("Related articles")), ("topics", _("Topics"))),
        label=_("Has"),
    )
    sort = forms.ChoiceField(
        required=False, choices=[(order.name, order.label) for order in ORDERS.values()], label=_("Order")
    )

    @classmethod
    def showing(cls, queue: Queue) -> FilterForm:
        """The form with the queue's own filters in it. A value that no field offers is added to its choices, so that
        sending the form keeps it."""
        values: dict[str, Any] = dict(queue.parameters)
        for name in RANGES:
            low, _, high = values.pop(name, "..").partition("..")
            values |= {f"{name}_from": low, f"{name}_to": high}
        values.setdefault("status", queue.status)
        values.setdefault("sort", queue.order.name)
        form = cls(initial=values)
        for name, field in form.fields.items():
            value = values.get(name, "")
            if isinstance(field, forms.ChoiceField) and value not in dict(field.choices):
                field.choices = [*field.choices, (value, value)]
        form.fields["provider"].widget.attrs["placeholder"] = gettext("Name or domain")
        form.fields["assigned"].widget.attrs["placeholder"] = gettext("me, none or a name")
        form.fields["topic"].widget.attrs["list"] = "topic-names"
        if queue.problems:
            form.fields["q"].widget.attrs |= {"aria-invalid": "true", "aria-describedby": "problems"}
        return form
