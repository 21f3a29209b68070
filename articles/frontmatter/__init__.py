"""The article file, in plain Python: no Django, no database, no clock, no settings."""

from articles.frontmatter.document import Document
from articles.frontmatter.errors import Finding, FrontMatterError
from articles.frontmatter.merge import MISSING, Conflict, Merged, merge
from articles.frontmatter.schema import FIELDS, OWNERS, REMOVE, Value

__all__ = [
    "FIELDS",
    "MISSING",
    "OWNERS",
    "REMOVE",
    "Conflict",
    "Document",
    "Finding",
    "FrontMatterError",
    "Merged",
    "Value",
    "merge",
]
