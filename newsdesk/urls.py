"""Every address of the desk: the app's own, the accounts', the admin's."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("articles.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
