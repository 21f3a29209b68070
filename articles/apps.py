from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from articles.indexing import after_migrate  # models are there only now

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="articles.search")
        self._name_models()

    def _name_models(self) -> None:
        """Let the admin say models, fields and help texts in the page's language. What Django makes of the code's names are
        the msgids, and `desk manage messages` collects them here; so models need no word of this, and no migration."""
        for model in self.get_models():
            options = model._meta
            options.verbose_name = _(str(options.verbose_name))
            options.verbose_name_plural = _(str(options.verbose_name_plural))
            for field in options.local_fields:
                field.verbose_name = _(str(field.verbose_name))
                if field.help_text:
                    field.help_text = _(str(field.help_text))
