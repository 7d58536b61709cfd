"""Plain tables of a filing: the breakdown of expenditure (支出明细) and the projects of a summary table (汇总表)."""

from dataclasses import dataclass

from reviewer.readers.columns import Column, PlainHeader
from reviewer.readers.headings import is_figure, is_listed, is_subtotal, is_total, key_of
from reviewer.readers.lines import Ledger, Line, Slot
from reviewer.records import Location
from reviewer.text import parse_amount


@dataclass
class Cost:
    """A line of the breakdown before it gets its id."""

    content: str
    detail: str
    amount: str
    basis: str
    quantity: str
    unit: str
    unit_price: str
    note: str
    location: Location
    amount_location: Location | None


class CostSection:
    """Reads the lines below a header of the breakdown of expenditure."""

    def __init__(self, header: PlainHeader) -> None:
        self.header = header
        self.lines: list[Cost] = []
        self.total: tuple[str, Location] | None = None

    def printed(self) -> dict[str, str]:
        """Column key → heading as printed; a second heading of a kind behind the first."""
        columns = {k: c.heading for k, c in self.header.columns.items()}
        if "quantity2" in columns:
            columns["quantity"] += f"×{columns.pop('quantity2')}"
        return {("unit_price" if k == "price" else k): h for k, h in columns.items() if k not in ("more", "basis2")}

    @property
    def amount_heading(self) -> str:
        """The heading of the amounts, which may name their unit."""
        column = self.header.columns.get("amount")
        return column.heading if column else ""

    def take(self, line: Line, ledger: Ledger) -> bool:
        """Read one line; False when nothing in it belongs to the breakdown."""
        for slot in line.filled:
            if is_listed("cost", "group", slot.text) and slot.start < min(
                c.start for c in self.header.columns.values()
            ):
                ledger.use(line, slot)
        total = next((s for s in line.filled if is_total(s.text)), None)
        if total is not None:
            amount = _total_amount(line, total, self.header)
            if amount:
                self.total = (amount.text, line.locate(amount))
            ledger.use(line, total, amount, *[s for s in line.filled if is_figure(s.text)])
            return True
        if any(is_subtotal(s.text) for s in line.filled):
            ledger.use(line, *[s for s in line.filled if is_figure(s.text) or is_subtotal(s.text)])
            return True
        if len(line.filled) > 1 and all(_is_heading(s.text) for s in line.filled):
            ledger.use_all(line)  # the second line of the header: 总额 | 财政拨款
            return True
        texts, places = _plain_texts(line, self.header.columns, ledger)
        if not any(texts.get(k) for k in ("content", "detail", "amount", "basis")):
            return any(texts.values())
        if not any(s.top for s in line.filled):
            return False
        self.lines.append(
            Cost(
                content=texts.get("content", ""),
                detail=_join(texts, "detail", "more", by=" "),
                amount=texts.get("amount", ""),
                basis=_join(texts, "basis", "basis2", by="\n"),
                quantity=_join(texts, "quantity", "quantity2", by="×"),
                unit=texts.get("unit", ""),
                unit_price=texts.get("price", ""),
                note=texts.get("note", ""),
                location=places.get("detail") or places.get("content") or line.locate(line.filled[0]),
                amount_location=places.get("amount"),
            )
        )
        return True


@dataclass
class Summary:
    """A row of the summary table before it gets its id."""

    texts: dict[str, str]
    location: Location
    amount_location: Location | None


class SummarySection:
    """Reads the lines below a header of a summary table."""

    def __init__(self, header: PlainHeader) -> None:
        self.header = header
        self.rows: list[Summary] = []
        self.total: tuple[str, Location] | None = None

    @property
    def amount_heading(self) -> str:
        """The heading of the amounts, which may name their unit."""
        return self.header.columns["amount"].heading

    def take(self, line: Line, ledger: Ledger) -> bool:
        """Read one line; False when it holds no project."""
        total = next((s for s in line.filled if is_total(s.text)), None)
        if total is not None:
            amount = _total_amount(line, total, self.header)
            if amount:
                self.total = (amount.text, line.locate(amount))
            ledger.use(line, total, amount, *[s for s in line.filled if is_figure(s.text)])
            return True
        name, amount = (line.at(self.header.columns[k].start) for k in ("name", "amount"))
        if not (name and name.top and name.text) and not (amount and amount.top and amount.text):
            return False
        texts, places = _plain_texts(line, self.header.columns, ledger)
        self.rows.append(Summary(texts, places.get("name") or line.locate(line.filled[0]), places.get("amount")))
        return True


def _plain_texts(line: Line, columns: dict[str, Column], ledger: Ledger) -> tuple[dict[str, str], dict[str, Location]]:
    texts: dict[str, str] = {}
    places: dict[str, Location] = {}
    for key, column in columns.items():
        slots = [s for s in line.slots if column.start <= s.start < column.end]
        filled = [s for s in slots if s.text]
        ledger.use(line, *filled)
        # Under one heading of amounts the total stands before its parts.
        texts[key] = filled[0].text if key == "amount" and filled else "".join(s.text for s in filled)
        if slots:
            places[key] = line.locate(filled[0] if filled else slots[0])
    return texts, places


def _join(texts: dict[str, str], *keys: str, by: str) -> str:
    return by.join(t for k in keys if (t := texts.get(k)))


def _is_heading(text: str) -> bool:
    return key_of("cost", text) is not None or key_of("head", text) in ("fund", "budget")


def _total_amount(line: Line, total: Slot, header: PlainHeader) -> Slot | None:
    """The amount of a total line: in the amount column, else the first number behind 合计 (spans may be lost)."""
    column = header.columns.get("amount")
    slot = line.at(column.start) if column else None
    lost = line.grid.ragged and len(line.slots) < header.slots
    if slot and slot.text and not lost and parse_amount(slot.text).wan is not None:
        return slot
    behind = [s for s in line.filled if s.start > total.start and parse_amount(s.text).wan is not None]
    return behind[0] if behind else None
