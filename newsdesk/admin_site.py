"""Django's admin, open to the desk's admins."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest


class DeskAdminSite(AdminSite):
    """Who may manage providers may enter; what each may do there is a matter of permissions."""

    site_header = "newsdesk"
    site_title = "newsdesk admin"
    index_title = "Manage"
    site_url = "/queue/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_active and (user.is_staff or user.has_perm("articles.change_provider"))
