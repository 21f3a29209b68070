"""The same act on many articles: choosing them, doing it slice by slice through the one door, and what became of it."""

from articles.bulk.choosing import MOST, MOST_AT_ONCE, Summary, choose, forget, of_site, summary
from articles.bulk.ruling import choose_waiting, fire_news, runs_of_moment, stop_runs
from articles.bulk.running import acts_of, advance, begin, begin_undo, intend, run_of, stalled, stop, why_not_begun
from articles.bulk.wishes import Wish

__all__ = [
    "MOST",
    "MOST_AT_ONCE",
    "Summary",
    "Wish",
    "acts_of",
    "advance",
    "begin",
    "begin_undo",
    "choose",
    "choose_waiting",
    "fire_news",
    "forget",
    "intend",
    "of_site",
    "run_of",
    "runs_of_moment",
    "stalled",
    "stop",
    "stop_runs",
    "summary",
    "why_not_begun",
]
