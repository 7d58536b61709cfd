"""Which row that was read is which row of the content: by form in order, by name and value within a form."""

import re
from collections import defaultdict

from reviewer.evals.content import FilingContent, FormContent
from reviewer.records import Filing, Form, Indicator
from reviewer.text import fold


def squeeze(text: str | None) -> str:
    """Words as they are compared: width folded, without any white space."""
    return re.sub(r"\s+", "", fold(text or ""))


def align_forms(content: FilingContent, filing: Filing) -> list[Form | None]:
    """For each form of the content, the form that was read."""
    return [filing.forms[n] if n < len(filing.forms) else None for n in range(len(content.forms))]


def align_rows(content: FormContent, form: Form) -> dict[int, Indicator | None]:
    """For each row of the content that is not empty (numbered from 1), the row that was read; None: not read."""
    pool: dict[tuple[str, str], list[Indicator]] = defaultdict(list)
    for indicator in form.indicators:
        pool[squeeze(indicator.name), squeeze(indicator.value)].append(indicator)
    found: dict[int, Indicator | None] = {}
    for number, row in enumerate(content.rows, 1):
        if row.is_blank:
            continue
        same = pool[squeeze(row.name), squeeze(row.value)]
        best = next((i for i in same if squeeze(i.level2) == squeeze(row.level2)), same[0] if same else None)
        if best is not None:
            same.remove(best)
        found[number] = best
    return found
