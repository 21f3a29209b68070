"""Forms read requests: limits, labels and help live here."""

from articles.forms.bulk import BulkForm
from articles.forms.decisions import AdjustForm, DecisionForm
from articles.forms.editing import EditForm, GiveBackForm
from articles.forms.exports import ExportForm
from articles.forms.filters import FilterForm
from articles.forms.likeness import AlikeForm
from articles.forms.preferences import GoalForm, KeymapForm, PreferencesForm

__all__ = [
    "AdjustForm",
    "AlikeForm",
    "BulkForm",
    "DecisionForm",
    "EditForm",
    "ExportForm",
    "FilterForm",
    "GiveBackForm",
    "GoalForm",
    "KeymapForm",
    "PreferencesForm",
]
