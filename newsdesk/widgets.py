"""Form fields that look the same are rendered once: eight of them were an eighth of the queue's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.functional import Promise
from django.utils.safestring import SafeData
from django.utils.translation import get_language

MOST = 500  # renderings that are kept, of about 1 KB each
PLAIN = (str, int, float, bool, type(None))


class Unlike(Exception):
    """A widget holds something of which it cannot be told whether it will look the same again."""


class RememberingRenderer(DjangoTemplates):
    """Django's renderer, which keeps what it rendered of selects and of empty fields.

    What a person typed is not kept: it seldom comes twice, and may be nobody else's business.
    """

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[Any, str] = {}

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        widget = context.get("widget")
        if request is not None or not isinstance(widget, dict) or not (widget.get("value") is None or "optgroups" in widget):
            return super().render(template_name, context, request)
        try:
            key = (get_language(), template_name, _key(context))
        except Unlike:
            return super().render(template_name, context, request)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= MOST:
                self._kept.clear()
            found = self._kept[key] = super().render(template_name, context, request)
        return found


def _key(value: Any) -> Any:
    """The value as something that is equal only for what is rendered alike. Raises Unlike."""
    if isinstance(value, Promise):
        value = str(value)  # a label, in the language of the page
    if isinstance(value, PLAIN):
        return type(value), isinstance(value, SafeData), value
    if isinstance(value, Mapping):
        return tuple((name, _key(part)) for name, part in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    raise Unlike
