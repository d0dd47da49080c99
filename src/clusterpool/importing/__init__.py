"""Importing: files of other systems become tables of the contract, by a profile that is written down.

Nothing is guessed: what a file does not show by itself is asked for, and what was assumed is listed with its evidence.
"""

from clusterpool.importing.answers import with_answers, with_choices
from clusterpool.importing.imported import Imported, import_table
from clusterpool.importing.notes import UndecidedError
from clusterpool.importing.profile import ColumnRule, FileRules, Profile
from clusterpool.importing.questions import Asked, Choice, Question, half_filled

__all__ = [
    "Asked",
    "Choice",
    "ColumnRule",
    "FileRules",
    "Imported",
    "Profile",
    "Question",
    "UndecidedError",
    "half_filled",
    "import_table",
    "with_answers",
    "with_choices",
]
