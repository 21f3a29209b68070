from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ArticlesConfig(AppConfig):
    name = "articles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from articles.indexing import after_migrate  # models are there only now

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="articles.search")
