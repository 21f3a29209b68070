"""The article file, in plain Python: no Django, no database, no clock, no settings."""

from articles.frontmatter.document import Document
from articles.frontmatter.errors import Finding, FrontMatterError
from articles.frontmatter.schema import FIELDS, OWNERS, REMOVE, Value

__all__ = ["FIELDS", "OWNERS", "REMOVE", "Document", "Finding", "FrontMatterError", "Value"]
