"""The desk in numbers: one function for each question of the dashboard.

A decision is an approval, a rejection or a hold that nobody took back; what is decided is approved or rejected. Days and
hours are those of UTC. Every answer is bounded: it counts from an index, or looks at the latest so many.
"""

from articles.measures.ages import Age, Waiting, waiting
from articles.measures.days import Day, Hour, decided_by_day, hours, keeping_up, undone_by_day
from articles.measures.decisions import Tally, taken_back, tally
from articles.measures.earlier import waited
from articles.measures.providers import Candidate, candidates
from articles.measures.quality import Band, Line, line
from articles.measures.speed import Pace, pace
from articles.measures.stages import Pipeline, pipeline
from articles.measures.topics import Coverage, coverage
from articles.measures.window import WINDOWS, Window

__all__ = [
    "WINDOWS", "Age", "Band", "Candidate", "Coverage", "Day", "Hour", "Line", "Pace", "Pipeline", "Tally", "Waiting", "Window",
    "candidates", "coverage", "decided_by_day", "hours", "keeping_up", "line", "pace", "pipeline", "taken_back", "tally", "undone_by_day",
    "waited", "waiting",
]  # fmt: skip
