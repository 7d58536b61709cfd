"""Where something stands in the file that was filed."""

from reviewer.records.base import Record


class Location(Record):
    """The place of a cell or paragraph, as a person would look it up.

    Attributes:
        file: the file's name, without folders.
        sheet: the sheet's name (spreadsheets).
        table: the table's number in the file, from 1 (Word, HTML, PDF, text).
        page: the page's number, from 1 (PDF).
        row: the row in the sheet or table, or the line of a text, from 1.
        column: the column in the sheet or table, from 1.
        text: the words as printed.
    """

    file: str = ""
    sheet: str | None = None
    table: int | None = None
    page: int | None = None
    row: int | None = None
    column: int | None = None
    text: str = ""

    def describe(self) -> str:
        """The place in Chinese, e.g. ``表3 第12行第4列``."""
        parts = []
        if self.sheet is not None:
            parts.append(f"工作表“{self.sheet}”")
        if self.page is not None:
            parts.append(f"第{self.page}页")
        if self.table is not None:
            parts.append(f"表{self.table}")
        place = ""
        if self.row is not None:
            place += f"第{self.row}行"
        if self.column is not None:
            place += f"第{self.column}列"
        return " ".join([*parts, place]).strip()
