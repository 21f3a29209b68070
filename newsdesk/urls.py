"""Every address of the desk: the app's own, the accounts', the admin's."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from articles.api.desk import api, nowhere
from newsdesk.accounts import ForgottenPassword, SecondFactor, SignIn
from newsdesk.addresses import MailAddress

handler400 = "newsdesk.answers.too_large"
handler500 = "newsdesk.answers.broken"
urlpatterns = [
    path("", include("articles.urls")),
    path("api/", api.urls),
    path("api/<path:rest>", nowhere, name="api_nowhere"),
    path("accounts/login/", SignIn.as_view(), name="account_login"),
    path("accounts/password/reset/", ForgottenPassword.as_view(), name="account_reset_password"),
    path("accounts/email/", MailAddress.as_view(), name="account_email"),
    path("accounts/2fa/authenticate/", SecondFactor.as_view(), name="mfa_authenticate"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
