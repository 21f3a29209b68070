"""The models, one file per thing."""

from articles.models.article import Article, ArticleTopic, RelatedArticle
from articles.models.conflict import Conflict
from articles.models.provider import Provider, ProviderAlias
from articles.models.quarantine import QuarantinedFile
from articles.models.review import Review
from articles.models.run import ExportRun, ImportRun
from articles.models.site import Site
from articles.models.source_file import SourceFile
from articles.models.topic import Topic

__all__ = [
    "Article",
    "ArticleTopic",
    "Conflict",
    "ExportRun",
    "ImportRun",
    "Provider",
    "ProviderAlias",
    "QuarantinedFile",
    "RelatedArticle",
    "Review",
    "Site",
    "SourceFile",
    "Topic",
]
