"""The page ``report.html``: a result told as one story in one file, which asks no network for anything."""

from clusterpool.report.page.story import page_html

__all__ = ["page_html"]
