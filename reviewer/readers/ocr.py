"""Photos and scans by OCR: the optional extra ``ocr`` (rapidocr with its models in the wheel; nothing is downloaded).

Ruled lines give the cells, OCR the words in them. All that is read here is listed for a person to check: OCR loses a ≥
or takes 0 for 〇 often enough.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.errors import UnreadableFileError
from reviewer.readers.boxes import Box, Line, cells_of, edges, unwrap
from reviewer.readers.grid import Cell, Grid
from reviewer.readers.ruling import straighten, tables
from reviewer.readers.safety import note
from reviewer.records import Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_PAGES = 30
MAX_PIXELS = 60_000_000
_LONG_SIDE = 3_200  # pixels; A4 at 270 dpi
_SURE = 0.85
_SCAN_DPI = 220


class Word:
    """A line of text that OCR found.

    Attributes:
        box: its rectangle on the picture.
        text: the words.
        score: how sure the model is, 0 to 1.
    """

    __slots__ = ("box", "score", "text")

    def __init__(self, box: Box, text: str, score: float) -> None:
        self.box = box
        self.text = text
        self.score = score


def is_installed() -> bool:
    """Whether the ``ocr`` extra can be imported."""
    return all(find_spec(name) is not None for name in ("rapidocr_onnxruntime", "pypdfium2"))


def not_installed(what: str, path: Path) -> UnreadableFileError:
    """The refusal of a picture where the extra is missing."""
    return UnreadableFileError(
        what,
        str(path),
        "请取得原始的 Word 或 Excel 文件；没有原件时先安装 OCR：pip install 'indicator-reviewer[ocr]'，再审核一次",
    )


def pdf_pages(path: Path, pages: "Iterable[int]", *, first_table: int = 1) -> tuple[list[Grid], list[Unread]]:
    """Read scanned pages (numbers from 1) of a PDF."""
    import pypdfium2

    def pictures() -> "Iterator[tuple[int, Any]]":
        for number in pages:
            page = document[number - 1]
            scale = min(_SCAN_DPI / 72, (MAX_PIXELS / max(page.get_width() * page.get_height(), 1)) ** 0.5)
            yield number, page.render(scale=scale).to_pil()

    document = pypdfium2.PdfDocument(path)
    try:
        return _read(path, pictures(), first_table)
    finally:
        document.close()


def picture_file(path: Path) -> tuple[list[Grid], list[Unread]]:
    """Read a picture file; each frame of a .tif is a page.

    Raises:
        UnreadableFileError: not a picture, too large, or without text.
    """
    import warnings

    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise UnreadableFileError("图片太大，不能识别", str(path), "请缩小图片后重试")
                frames = (
                    (n, ImageOps.exif_transpose(frame.convert("RGB")))
                    for n, frame in enumerate(ImageSequence.Iterator(image), 1)
                )
                return _read(path, frames, 1)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise UnreadableFileError("图片已损坏或过大，打不开", str(path), "请重新取得图片，或取得原始文件") from error


def _read(path: Path, pictures: "Iterable[tuple[int, Any]]", first_table: int) -> tuple[list[Grid], list[Unread]]:
    import numpy as np
    from rapidocr_onnxruntime import RapidOCR

    engine = RapidOCR()
    grids: list[Grid] = []
    unread: list[Unread] = []
    for count, (number, image) in enumerate(pictures):
        if count >= MAX_PAGES:
            unread.append(
                note(path.name, f"第 {number} 页起", f"扫描页超过 {MAX_PAGES} 页，其余未读、未审", page=number)
            )
            break
        image = image.convert("RGB")
        image.thumbnail((_LONG_SIDE, _LONG_SIDE))
        picture = straighten(np.asarray(image)[:, :, ::-1].copy())
        found, doubtful = _page(engine, picture, path.name, number, first_table + sum(not g.is_text for g in grids))
        grids += found
        unread.append(note(path.name, f"第 {number} 页", "由 OCR 识别，可能有错字、漏字，请对照原件核对", page=number))
        unread += doubtful
    if not any(cell.text.strip() for grid in grids for cell in grid.cells):
        raise UnreadableFileError("图片里没有识别出文字", str(path), "请取得清晰的图片，或原始的 Word、Excel 文件")
    return grids, unread


def _recognise(engine: Any, picture: Any) -> list[Word]:
    # Without the classifier of upside-down lines: it turns short ones, and 90% becomes %06.
    result, _ = engine(picture, use_cls=False)
    words = []
    for corners, text, score in result or []:
        xs, ys = [p[0] for p in corners], [p[1] for p in corners]
        words.append(Word(Box(min(xs), min(ys), max(xs), max(ys)), str(text), float(score)))
    return words


def _page(engine: Any, picture: Any, file: str, page: int, first_table: int) -> tuple[list[Grid], list[Unread]]:
    """The grids of one picture, from top to bottom, and the cells that OCR was not sure of."""
    words = _recognise(engine, picture)
    placed: list[tuple[float, Grid]] = []
    doubtful: list[Unread] = []
    for n, boxes in enumerate(tables(picture)):
        frame = Box(
            min(b.left for b in boxes),
            min(b.top for b in boxes),
            max(b.right for b in boxes),
            max(b.bottom for b in boxes),
        )
        inside = [w for w in words if frame.holds(*_middle(w.box))]
        words = [w for w in words if not frame.holds(*_middle(w.box))]
        held = _by_box(engine, picture, boxes, inside)
        texts = [_text(group, box) for group, box in zip(held, boxes, strict=True)]
        # Lines of a photo are never quite straight; they still lie closer together than any two of a table.
        narrowest = min(min(b.right - b.left, b.bottom - b.top) for b in boxes)
        gap = min(max(min(picture.shape[:2]) / 80, 6.0), 0.4 * narrowest)
        columns = edges((x for b in boxes for x in (b.left, b.right)), gap)
        grid = Grid(file, cells_of(boxes, texts, columns, gap), table=first_table + n, page=page)
        placed.append((frame.top, grid))
        scores = {text: min((w.score for w in group), default=1.0) for group, text in zip(held, texts, strict=True)}
        for cell in grid.cells:
            if scores.get(cell.text, 1.0) < _SURE:
                reason = f"OCR 对这一格把握不大（{scores[cell.text]:.0%}），请对照原件核对"
                doubtful.append(Unread(text=cell.text, reason=reason, location=grid.locate(cell)))
    return _with_text(placed, words, file, page), doubtful


def _with_text(placed: list[tuple[float, Grid]], words: list[Word], file: str, page: int) -> list[Grid]:
    """Tables and the lines of text between them, from top to bottom."""
    lines = _lines(words)
    grids: list[Grid] = []
    for top, table in [*placed, (float("inf"), None)]:
        above = [line for line in lines if line[0].box.top < top]
        lines = [line for line in lines if line[0].box.top >= top]
        if above:
            cells = [Cell(" ".join(w.text for w in line), row, 0) for row, line in enumerate(above)]
            grids.append(Grid(file, cells, page=page, is_text=True))
        if table is not None:
            grids.append(table)
    return grids


def _middle(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.top + box.bottom) / 2


def _by_box(engine: Any, picture: Any, boxes: list[Box], words: list[Word]) -> list[list[Word]]:
    """The words of each box; boxes under a word that runs over several of them are read again, one by one."""
    held: list[list[Word]] = [[] for _ in boxes]
    again: set[int] = set()
    for word in words:
        share = [_overlap(word.box, box) for box in boxes]
        best = max(range(len(boxes)), key=share.__getitem__)
        others = {i for i, s in enumerate(share) if s > 0.15 and i != best}
        if others and share[best] < 0.85:
            again |= {best, *others}
        else:
            held[best].append(word)
    for i in again:
        box = boxes[i]
        top, left = int(box.top), int(box.left)
        part = picture[top : int(box.bottom), left : int(box.right)]
        held[i] = [
            Word(Box(w.box.left + left, w.box.top + top, w.box.right + left, w.box.bottom + top), w.text, w.score)
            for w in _recognise(engine, part)
        ]
    return held


def _overlap(word: Box, box: Box) -> float:
    """The share of the word that lies in the box."""
    width = min(word.right, box.right) - max(word.left, box.left)
    height = min(word.bottom, box.bottom) - max(word.top, box.top)
    area = (word.right - word.left) * (word.bottom - word.top)
    return width * height / area if width > 0 and height > 0 and area > 0 else 0.0


def _lines(words: list[Word]) -> list[list[Word]]:
    """Words in lines from top to bottom, each from left to right."""
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda w: _middle(w.box)[1]):
        if found:
            last = found[-1][-1].box
            if abs(_middle(word.box)[1] - _middle(last)[1]) < 0.5 * min(
                word.box.bottom - word.box.top, last.bottom - last.top
            ):
                found[-1].append(word)
                continue
        found.append([word])
    return [sorted(line, key=lambda w: w.box.left) for line in found]


def _text(words: list[Word], box: Box) -> str:
    lines = [
        Line("".join(w.text for w in line), line[0].box.left, line[-1].box.right, line[0].box.bottom - line[0].box.top)
        for line in _lines(words)
    ]
    return unwrap(lines, box.right - box.left)
