"""The project's own app configuration: the admin for the people of the desk."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "newsdesk.admin_site.DeskAdminSite"
