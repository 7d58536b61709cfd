"""Hundreds of filings at once: reviewed side by side, told in one workbook and one page."""

from reviewer.batch.keys import Options
from reviewer.batch.run import Progress, Summary, run_batch

__all__ = ["Options", "Progress", "Summary", "run_batch"]
