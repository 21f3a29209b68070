"""Who has what open, for two minutes at a time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models.article import Article
from articles.models.site import Site


class Claim(models.Model):
    """A lease until a moment of the database's clock: of one article or, without an article, of a seat at the desk.

    A claim tells others to take the next article; it forbids nothing, for what may be decided is a matter of the article's
    version. One that has run out is as good as none and is taken by whoever comes.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="claims")
    article = models.OneToOneField(Article, on_delete=models.CASCADE, null=True, related_name="claim")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims")
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "holder"], condition=Q(article=None), name="claim_one_seat_for_a_person"
            ),
        ]
        indexes = [models.Index(fields=["site", "until"], name="claim_by_time")]

    def __str__(self) -> str:
        return f"{self.holder} until {self.until:%H:%M:%S}"
