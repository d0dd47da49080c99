"""Importing: files of other systems become tables of the contract, by a profile that is written down.

Nothing is guessed: what a file does not show by itself is asked for, and what was assumed is listed with its evidence.
"""

from clusterpool.importing.imported import Imported, import_table
from clusterpool.importing.profile import ColumnRule, FileRules, Profile

__all__ = ["ColumnRule", "FileRules", "Imported", "Profile", "import_table"]
