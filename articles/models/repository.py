"""The Git repository that feeds a site, and how far the desk has read it."""

from __future__ import annotations

from django.db import models

from articles.models.source import Source


class RepositoryManager(models.Manager["Repository"]):
    def get_queryset(self) -> models.QuerySet[Repository]:
        return super().get_queryset().filter(kind=Source.Kind.GIT)


class Repository(Source):
    """One site's repository: the source that exports can go back into."""

    objects = RepositoryManager()

    class Meta:
        proxy = True
        verbose_name_plural = "repositories"
