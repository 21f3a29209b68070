"""The project as an application: what is checked when it starts."""

from __future__ import annotations

from django.apps import AppConfig


class NewsdeskConfig(AppConfig):
    name = "newsdesk"

    def ready(self) -> None:
        from newsdesk import accounts, checks  # noqa: F401 - importing them registers the checks, and who hears of sign-ins
