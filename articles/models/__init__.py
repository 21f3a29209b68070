"""The models, one file per thing."""

from articles.models.article import Article, ArticleTopic, RelatedArticle
from articles.models.bulk_run import BulkRun, LeftAlone
from articles.models.claim import Claim
from articles.models.conflict import Conflict
from articles.models.field_policy import FieldPolicy
from articles.models.lesson import Lesson
from articles.models.likeness import ArticleSketch, Twin
from articles.models.merger import Merger
from articles.models.preferences import Preferences
from articles.models.provider import Provider, ProviderAlias
from articles.models.quarantine import QuarantinedFile
from articles.models.repository import Repository
from articles.models.review import Review
from articles.models.run import ExportRun, ImportRun
from articles.models.saved_view import SavedView
from articles.models.sent_field import SentField
from articles.models.site import Site
from articles.models.source_file import SourceFile
from articles.models.topic import Topic, TopicAlias

__all__ = [
    "Article",
    "ArticleSketch",
    "ArticleTopic",
    "BulkRun",
    "Claim",
    "Conflict",
    "ExportRun",
    "FieldPolicy",
    "ImportRun",
    "LeftAlone",
    "Lesson",
    "Merger",
    "Preferences",
    "Provider",
    "ProviderAlias",
    "QuarantinedFile",
    "RelatedArticle",
    "Repository",
    "Review",
    "SavedView",
    "SentField",
    "Site",
    "SourceFile",
    "Topic",
    "TopicAlias",
    "Twin",
]
