"""One pass over a worksheet's XML: what annotating needs to know, and where its drawing element belongs.

The part is patched as bytes: a sheet of any size is neither held as a tree nor written anew.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

# CT_Worksheet is a sequence: what may stand behind legacyDrawing.
_BEHIND = {
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
}  # fmt: skip
_WIDTH = 8.43  # characters, where the sheet tells none
_HEIGHT = 15.0  # points


@dataclass
class SheetScan:
    """What a worksheet's XML tells.

    Attributes:
        root: the root element's name as written, prefix and all.
        strict: the strict variant of Open XML.
        protected: locked cells must not be changed.
        legacy: relation id of its drawing for comments, "" for none.
        insert_at: offset in bytes where a legacyDrawing belongs.
        merges: merged ranges as written (``A1:B2``).
        widths: width of columns in characters, by number from 0; ``heights``: height of rows in points.
    """

    root: str = ""
    strict: bool = False
    protected: bool = False
    legacy: str = ""
    insert_at: int = -1
    merges: list[str] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    width: float = _WIDTH
    height: float = _HEIGHT

    def column_pixels(self, column: int) -> int:
        """The width of a column."""
        return round(self.widths.get(column, self.width) * 7 + 5)

    def row_pixels(self, row: int) -> int:
        """The height of a row."""
        return round(self.heights.get(row, self.height) * 96 / 72)


def scan_sheet(data: bytes) -> SheetScan:
    """Scan a worksheet that ``readers.safety`` has checked (well-formed, without DTD).

    Args:
        data: the part, in UTF-8.
    """
    found = SheetScan()
    parser = expat.ParserCreate()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        local = name.rpartition(":")[2]
        if depth == 0:
            found.root = name
            found.strict = any("purl.oclc.org/ooxml/spreadsheetml" in v for v in attributes.values())
        elif depth == 1:
            if local == "legacyDrawing":
                found.legacy = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            elif local in _BEHIND and found.insert_at < 0:
                found.insert_at = parser.CurrentByteIndex
            elif local == "sheetProtection":
                found.protected = attributes.get("sheet") in ("1", "true")
            elif local == "sheetFormatPr":
                found.width = float(attributes.get("defaultColWidth") or attributes.get("baseColWidth") or _WIDTH)
                found.height = float(attributes.get("defaultRowHeight") or _HEIGHT)
        elif local == "mergeCell":
            found.merges.append(attributes.get("ref", ""))
        elif local == "col" and (width := attributes.get("width")):
            first, last = int(attributes.get("min") or 1), int(attributes.get("max") or 1)
            hidden = attributes.get("hidden") in ("1", "true")
            for column in range(first - 1, min(last, first + 255)):
                found.widths[column] = -5 / 7 if hidden else float(width)
        elif local == "row" and (attributes.get("ht") or attributes.get("hidden")):
            hidden = attributes.get("hidden") in ("1", "true")
            number = attributes.get("r") or ""
            if number.isdecimal():
                found.heights[int(number) - 1] = 0.0 if hidden else float(attributes.get("ht") or _HEIGHT)
        depth += 1

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if depth == 0 and found.insert_at < 0:
            found.insert_at = parser.CurrentByteIndex

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(data, True)
    return found
