"""The models, one file per thing."""

from articles.models.account_event import AccountEvent
from articles.models.api_token import ApiToken
from articles.models.article import Article, ArticleTopic, RelatedArticle
from articles.models.bulk_run import BulkRun, LeftAlone
from articles.models.claim import Claim
from articles.models.conflict import Conflict
from articles.models.desk_session import DeskSession
from articles.models.field_policy import FieldPolicy
from articles.models.invitation import Invitation
from articles.models.leased import Leased
from articles.models.lesson import Lesson
from articles.models.likeness import ArticleSketch, Twin
from articles.models.merger import Merger
from articles.models.note import Mention, Note
from articles.models.place import Place
from articles.models.preferences import Preferences
from articles.models.provider import Provider, ProviderAlias
from articles.models.quarantine import QuarantinedFile
from articles.models.repository import Repository
from articles.models.review import Review
from articles.models.rule import BackTest, Rule, RuleFiring, RuleMark
from articles.models.run import ExportRun, ImportRun
from articles.models.saved_view import SavedView
from articles.models.scheduled import Scheduled
from articles.models.seat import Seat
from articles.models.sent_field import SentField
from articles.models.site import Site
from articles.models.site_feed import SiteFeed
from articles.models.source import Source
from articles.models.source_file import SourceFile
from articles.models.topic import Topic, TopicAlias
from articles.models.webhook import Delivery, Webhook

__all__ = [
    "AccountEvent",
    "ApiToken",
    "Article",
    "ArticleSketch",
    "ArticleTopic",
    "BackTest",
    "BulkRun",
    "Claim",
    "Conflict",
    "Delivery",
    "DeskSession",
    "ExportRun",
    "FieldPolicy",
    "ImportRun",
    "Invitation",
    "Leased",
    "LeftAlone",
    "Lesson",
    "Mention",
    "Merger",
    "Note",
    "Place",
    "Preferences",
    "Provider",
    "ProviderAlias",
    "QuarantinedFile",
    "RelatedArticle",
    "Repository",
    "Review",
    "Rule",
    "RuleFiring",
    "RuleMark",
    "SavedView",
    "Scheduled",
    "Seat",
    "SentField",
    "Site",
    "SiteFeed",
    "Source",
    "SourceFile",
    "Topic",
    "TopicAlias",
    "Twin",
    "Webhook",
]
