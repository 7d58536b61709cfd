"""What is fuzzed: for each target, a function of bytes that must end in silence or in an error meant for a person.

No fuzzer is imported here: ``driver.py`` feeds these functions under atheris, ``test_cases.py`` feeds them what was
found once.
"""

import os
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from reviewer.errors import ReviewerError
from reviewer.llm.parsing import ParseError, parse
from reviewer.llm.replies import REPLIES
from reviewer.pipeline import build_report, review_filing
from reviewer.readers import doc, read
from reviewer.records import CostLine, Filing, Form, FormKind, Indicator, OutcomeKind
from reviewer.text import parse_amount, parse_value
from reviewer.text.calculation import compare, counts_in, plain, read_calculation, wan
from reviewer.writers import WRITERS

# Longer inputs only repeat what shorter ones show; the tests of sizes make their own.
MAX_INPUT = 60_000
# The writers that hold what was read against another syntax.
WRITTEN = ("csv", "html", "markdown")


@cache
def _folder() -> Path:
    """A private folder for this process, in memory where the system has such a place."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="reviewer-fuzz-", dir=memory if os.access(memory, os.W_OK) else None))


def _checked(filing: Filing) -> None:
    """Review a filing and write the report; a rule that breaks is a bug, too."""
    report = review_filing(filing)
    broken = [o for o in report.outcomes if o.outcome is OutcomeKind.ERROR]
    assert not broken, f"{broken[0].code} broke: {broken[0].reason}"
    for name in WRITTEN:
        WRITERS[name].write(build_report([report]))


def read_file(suffix: str, data: bytes) -> None:
    """A file of this ending: read, reviewed and written."""
    path = _folder() / f"filing{suffix}"
    path.write_bytes(data)
    try:
        filing = read(path)
    except ReviewerError as error:
        assert error.what and error.where, "an error without a place"
        return
    _checked(filing)


def read_doc(data: bytes) -> None:
    """A .doc by antiword: LibreOffice takes seconds a file, and what it gives is a .docx."""
    which = doc.shutil.which
    doc.shutil.which = lambda name: which(name) if name == "antiword" else None  # type: ignore[assignment]
    try:
        read_file(".doc", data)
    finally:
        doc.shutil.which = which


def _lines(data: bytes, count: int) -> list[str]:
    lines = data.decode("utf-8", "ignore").split("\n", count - 1)
    return [*lines, *[""] * (count - len(lines))]


def values(data: bytes) -> None:
    """A target value with its unit and nature, and the same words as money."""
    text, unit, nature = _lines(data, 3)
    value = parse_value(text, unit, nature)
    assert all(n.value.is_finite() for n in value.numbers)
    amount = parse_amount(text)
    assert amount.wan is None or amount.wan.is_finite()
    counts_in(text)
    row = Indicator(id="F1.1", level1="产出指标", level2="数量指标", name=nature or "培训人数", value=text, unit=unit,
                    category="数量指标")  # fmt: skip
    _checked(_filing(Form(id="F1", kind=FormKind.PROJECT, indicators=(row,), columns={"value": "指标值"})))


def cost_lines(data: bytes) -> None:
    """A cost line: its calculation, its amount, and all rules about money."""
    basis, printed, quantity, price, unit = _lines(data, 5)
    calculation, amount = read_calculation(basis), parse_amount(printed)
    assert calculation.total.is_finite()
    wan(calculation.total)
    for term in calculation.terms:
        plain(term.value)
    if amount.wan is not None:
        compare(calculation, amount)
    line = CostLine(id="F1.C1", content="培训", detail="培训费", amount=amount, calculation_basis=basis,
                    quantity=quantity, unit_price=price, unit=unit)  # fmt: skip
    other = CostLine(id="F1.C2", content="印刷", detail=quantity, amount=parse_amount(price), calculation_basis=unit)
    form = Form(id="F1", kind=FormKind.PROJECT, cost_lines=(line, other), cost_total=amount, budget=parse_amount(price))
    _checked(_filing(form))


def _filing(form: Form) -> Filing:
    return Filing(source="a.csv", format="csv", forms=(form,))


def replies(data: bytes) -> None:
    """What a language model may send, held against every type of reply."""
    text = data.decode("utf-8", "ignore")
    for kind in REPLIES.values():
        try:
            parse(text, kind)
        except ParseError as error:
            assert error.kind


FILES = (".docx", ".xlsx", ".xls", ".pdf", ".html", ".csv", ".md", ".txt", ".json")
TARGETS: dict[str, Callable[[bytes], None]] = {
    **{suffix[1:]: partial(read_file, suffix) for suffix in FILES},
    "doc": read_doc,
    "values": values,
    "cost_lines": cost_lines,
    "replies": replies,
}
