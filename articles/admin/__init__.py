"""Django's admin for reference data and for looking closely. Decisions go through the same door as everywhere."""

from articles.admin.articles import ArticleAdmin
from articles.admin.mergers import MergerAdmin
from articles.admin.policies import FieldPolicyAdmin
from articles.admin.providers import ProviderAdmin
from articles.admin.records import ConflictAdmin, QuarantineAdmin, ReviewAdmin, RunAdmin
from articles.admin.repositories import RepositoryAdmin
from articles.admin.sites import SiteAdmin
from articles.admin.topics import TopicAdmin

__all__ = [
    "ArticleAdmin",
    "ConflictAdmin",
    "FieldPolicyAdmin",
    "MergerAdmin",
    "ProviderAdmin",
    "QuarantineAdmin",
    "RepositoryAdmin",
    "ReviewAdmin",
    "RunAdmin",
    "SiteAdmin",
    "TopicAdmin",
]
