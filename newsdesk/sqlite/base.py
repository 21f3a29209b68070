"""Django's SQLite backend with the limit of this century on query parameters.

Django 5.2 assumes 999 parameters in one statement. SQLite has allowed 32,766 since version 3.32, and a bulk decision on
200 articles writes 200 review rows: with the old limit that is four statements instead of one.
"""

from __future__ import annotations

from django.db.backends.sqlite3 import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    max_query_params = 32_000


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
