"""The example filing: what it asks for is delivered, by rule, within a second."""

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from reviewer.pipeline import review_filing
from reviewer.readers import read
from reviewer.records import FilingReport, Indicator, RowText, Severity, Suggestion
from reviewer.taxonomy import category_of

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "shifeng-2023.docx"


@pytest.fixture(scope="module")
def found() -> FilingReport:
    return review_filing(read(EXAMPLE), engines=("rules",))


def best(found: FilingReport, row_id: str) -> Suggestion:
    return [s for s in found.suggestions if s.indicator_id == row_id][-1]


def test_nine_of_ten_rows_with_errors_or_warnings_get_a_rewrite(found: FilingReport) -> None:
    rows = {f.indicator_id for f in found.findings if f.indicator_id and f.severity is not Severity.INFO}
    helped = {s.indicator_id for s in found.suggestions}
    assert len(rows & helped) >= 0.9 * len(rows)


def test_insurance_counts_the_insured(found: FilingReport) -> None:
    proposed = best(found, "F5.1").proposed
    assert proposed is not None
    assert (proposed.name, proposed.value) == ("残疾人意外和住院综合保险参保人数", "≥【待填】人")


def test_happiness_moves_to_the_social_benefits_and_is_measured(found: FilingReport) -> None:
    item = best(found, "F7.5")
    assert item.proposed is not None
    assert item.proposed.level2 == "社会效益指标"
    assert item.proposed.value == "≥【待填】%"
    assert {"CAT101", "QNT203"} <= set(item.removes)
    assert item.smart_before is not None
    assert item.smart_after is not None
    assert item.smart_after.total > item.smart_before.total


def test_counts_of_the_cost_lines_become_indicators(found: FilingReport) -> None:
    added = [row for s in found.suggestions if s.indicator_id is None for row in (s.proposed, *s.extra) if row]
    values = {row.name: row.value for row in added}
    assert values["残疾儿童康复救助人数"] == "≥45人"
    assert values["技能培训人数"] == "≥60人"
    assert "残疾人创业帮扶人数" in values


def test_missing_costs_are_the_amounts(found: FilingReport) -> None:
    costs = {s.form_id: s.proposed.value for s in found.suggestions if s.proposed and s.proposed.name == "项目总成本"}
    assert (costs["F4"], costs["F6"], costs["F7"]) == ("≤140万元", "≤9万元", "≤73.19万元")


def test_it_takes_less_than_a_second(found: FilingReport) -> None:
    started = time.process_time()
    again = review_filing(found.filing, engines=("rules",))
    assert again.suggestions == found.suggestions
    assert time.process_time() - started < 2  # a second on an idle machine; twice that where tests run side by side


def test_all_of_them_together_bring_nothing_new(found: FilingReport) -> None:
    """Each is proven alone; taken together they must not collide either."""
    last = {s.indicator_id: s for s in found.suggestions if s.indicator_id}
    forms = []
    for form in found.filing.forms:
        rows = []
        extra = []
        for row in form.indicators:
            item = last.get(row.id)
            if item is None:
                rows.append(row)
                continue
            if item.proposed is not None:
                rows.append(filled(row, item.proposed))
            extra += [filled(row, more) for more in item.extra]
        added = [s for s in found.suggestions if s.indicator_id is None and s.form_id == form.id]
        extra += [filled(form.indicators[0], more) for s in added for more in (s.proposed, *s.extra) if more]
        numbered = [row.model_copy(update={"id": f"{form.id}.9{n}"}) for n, row in enumerate(extra)]
        forms.append(form.model_copy(update={"indicators": (*rows, *numbered)}))
    after = review_filing(found.filing.model_copy(update={"forms": tuple(forms)}))
    before = Counter((f.form_id, f.indicator_id, f.code) for f in found.findings)
    now = Counter((f.form_id, f.indicator_id, f.code) for f in after.findings if f.severity is not Severity.INFO)
    assert {place: count for place, count in now.items() if count > before[place]} == {}


def filled(row: Indicator, new: RowText) -> Indicator:
    """A row as proposed, what is left to fill in filled in."""
    value = re.sub("【待填[^】]*】", "85" if "%" in new.value else "11", new.value)
    category = row.category if new.level2 == row.level2 else category_of("", new.level2)
    return row.model_copy(update={**new.model_dump(), "value": value, "category": category})
