"""Chooses how a file is annotated, by what it really is."""

from dataclasses import replace
from pathlib import Path

from reviewer.annotate.base import Annotated, Stamp
from reviewer.annotate.excel import annotate_excel
from reviewer.annotate.package import Package
from reviewer.annotate.rebuild import NOTICE, rebuilt
from reviewer.annotate.word import WordFile, annotate_word
from reviewer.errors import ReviewerError, UnreadableFileError
from reviewer.readers.base import READERS, format_of, read_grids
from reviewer.readers.safety import check_zip
from reviewer.records import Report
from reviewer.writers.view import views


def annotate(path: Path, report: Report, stamp: Stamp) -> Annotated:
    """A file with the findings and rewrites of its review.

    Args:
        path: the file that was reviewed.
        report: its review, of this one file.

    Raises:
        UnreadableFileError: the file cannot be read (any more).
        ReviewerError: a format that has no table to write on (JSON).
    """
    (view,) = views(report)
    format = format_of(path)
    if READERS[format].filing is not None:
        raise ReviewerError("这种文件里没有原表，不能批注", str(path), "请对原来的 Word、Excel 或文本文件批注")
    if format != view.item.filing.format:
        raise UnreadableFileError("文件在审核之后变了", str(path), "请重新批注")
    if format in ("docx", "xlsx"):
        check_zip(path)
        package = Package(path, path.read_bytes())
        suffix = path.suffix if path.suffix.lower() in READERS[format].suffixes else f".{format}"
        if format == "xlsx":
            return annotate_excel(package, view, stamp, suffix)
        return annotate_word(WordFile(package, path.name), view, stamp, suffix=suffix)
    _, grids, _ = read_grids(path)
    done = annotate_word(rebuilt(path, format, grids), view, stamp, suffix=".docx", rebuilt=True)
    return replace(done, notes=(f"{NOTICE}（原件是 {path.suffix} 文件）", *done.notes))
