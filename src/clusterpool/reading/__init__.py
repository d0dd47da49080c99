"""Reading: folders of CSV files, workbooks, JSON and DataFrames become tables of text that know their lines."""

from clusterpool.reading.apostrophes import guarded
from clusterpool.reading.folder import ASSUMPTIONS_FILE
from clusterpool.reading.frames import read_frames
from clusterpool.reading.settings import SETTINGS_FILE, read_settings
from clusterpool.reading.sheets import WORKBOOKS, Sheet, UnreadableError, read_sheets
from clusterpool.reading.source import ASSUMPTION_COLUMNS, Assumption, Source, TextTable, assumption_frame
from clusterpool.reading.sources import read_source
from clusterpool.reading.workbook import sheet_text

__all__ = [
    "ASSUMPTIONS_FILE",
    "ASSUMPTION_COLUMNS",
    "SETTINGS_FILE",
    "WORKBOOKS",
    "Assumption",
    "Sheet",
    "Source",
    "TextTable",
    "UnreadableError",
    "assumption_frame",
    "guarded",
    "read_frames",
    "read_settings",
    "read_sheets",
    "read_source",
    "sheet_text",
]
