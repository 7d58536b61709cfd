"""The filer's own file with the review in it: comments on cells, rewrites as tracked changes.

No writer: a writer turns a Report into bytes, this needs the file that the report is about, and the reader's knowledge
of which cell of it a Location means. So it stands above readers and writers.
"""

from reviewer.annotate.base import AUTHOR, Annotated, Stamp
from reviewer.annotate.file import annotate

__all__ = ["AUTHOR", "Annotated", "Stamp", "annotate"]
