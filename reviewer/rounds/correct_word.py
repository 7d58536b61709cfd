"""Rewrites written into a Word document for good.

They are written as tracked changes first, by the code that annotates, and then accepted: so a document corrected here
and one whose changes a person accepted in Word are the same, and what cannot be tracked is refused alike.
"""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from reviewer.annotate.base import Stamp
from reviewer.annotate.package import Package
from reviewer.annotate.word import WordFile
from reviewer.annotate.word_rows import Rewriter
from reviewer.annotate.word_text import Mark, Marker, local, value
from reviewer.records import FilingReport
from reviewer.rounds.corrections import Tried

if TYPE_CHECKING:
    from lxml.etree import _Element


def correct_word(package: Package, item: FilingReport) -> Tried:
    """The document with the suggestions of a report written into it, as far as they could be."""
    document = WordFile(package, item.filing.source)
    author = f"apply-{uuid4().hex}"  # of nobody: only the marks of this run are accepted
    stamp = Stamp(author=author, when=datetime(2000, 1, 1))
    mark = Mark(document.ns, author, stamp.date, document.ids)
    done = Rewriter(document.places, document.root, Marker(document.ns, mark), mark).write(item)
    _accept(document.root, author)
    return Tried(document.save(), done)


def _accept(root: "_Element", author: str) -> None:
    """Accept the tracked changes of an author."""
    for mark in [m for m in root.iter() if local(m) in ("ins", "del") and value(m, "author") == author]:
        parent = mark.getparent()
        if parent is None:
            continue
        inserted = local(mark) == "ins"
        if local(parent) == "trPr":
            parent.remove(mark)
        elif local(parent) == "rPr":
            parent.remove(mark)
            if not inserted:
                _join_next(parent)
        elif inserted:
            at = parent.index(mark)
            for shift, child in enumerate(list(mark)):
                parent.insert(at + shift, child)
            parent.remove(mark)
        else:
            parent.remove(mark)


def _join_next(marks: "_Element") -> None:
    """The end of a paragraph is gone: what follows belongs to it."""
    paragraph = next((a for a in marks.iterancestors() if local(a) == "p"), None)
    following = paragraph.getnext() if paragraph is not None else None
    if paragraph is None or following is None or local(following) != "p":
        return
    for child in list(following):
        if local(child) != "pPr":
            paragraph.append(child)
    holder = following.getparent()
    if holder is not None:
        holder.remove(following)
