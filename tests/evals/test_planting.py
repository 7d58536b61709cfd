"""The planted set: reproducible, clean where it says so, and every code planted often enough."""

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from reviewer.evals.content import FilingContent, FormContent
from reviewer.evals.planting.operators import LEGIT, OPERATORS
from reviewer.evals.planting.plan import PER_CODE, load_filings, plan
from reviewer.evals.run import list_samples
from reviewer.evals.sets import load_set
from reviewer.resources import resource
from reviewer.taxonomy import category_of

FOLDER = Path(resource("eval_sets", "planted"))
FILINGS = load_filings(FOLDER / "filings")
PROJECTS = [
    pytest.param(form, id=f"{filing.id}-{form.project}")
    for filing in FILINGS
    for form in filing.forms
    if form.kind == "project"
]


def test_cases_are_what_the_operators_write() -> None:
    written = [json.loads(line) for line in (FOLDER / "cases.jsonl").read_text("utf-8").splitlines()]
    assert written == list(plan(FILINGS))


def test_every_code_of_the_rules_is_planted() -> None:
    from reviewer.rules import RULES

    assert set(OPERATORS) - {LEGIT} == set(RULES)
    labels = Counter(
        label["code"]
        for line in (FOLDER / "cases.jsonl").read_text("utf-8").splitlines()
        for label in json.loads(line).get("labels", [])
        if label.get("required", True)
    )
    assert all(labels[code] >= PER_CODE - 2 for code in RULES), labels


def test_the_set_is_as_wide_as_it_claims() -> None:
    assert len(FILINGS) >= 30
    assert len({filing.sector for filing in FILINGS}) >= 12
    assert max(len(filing.forms) for filing in FILINGS) == 4


def test_labels_lead_to_rows_that_are_there() -> None:
    assert len(list_samples(load_set(FOLDER))) > 200


@pytest.mark.parametrize("form", PROJECTS)
def test_sums_of_the_clean_forms(form: FormContent) -> None:
    assert form.budget is not None
    total = sum(Decimal(line.amount) for line in form.cost_lines)
    assert total == Decimal(form.budget) == Decimal(form.cost_total or "0")
    for line in form.cost_lines:
        assert _product(line.basis) == Decimal(line.amount), line.basis
    if form.fund_sources:
        assert sum(Decimal(a) for a in form.fund_sources.values() if a) == total
    weights = [Decimal(row.weight) for row in form.rows if row.weight]
    assert not weights or sum(weights) in (90, 100)


def _product(basis: str) -> Decimal:
    """The amount in 万元 of a basis like 160人×950元/人; parts joined by + are summed."""
    text = re.sub(r"[（(][^（）()]*[）)]", "", basis).split("，")[0]
    total = Decimal(0)
    for part in text.split("+"):
        product = Decimal(1)
        for factor in re.sub(r"20\d\d年", "", part).split("×"):
            found = re.search(r"(\d+(?:\.\d+)?)(万?)(.?)", factor)
            assert found, basis
            scale = Decimal(10000) if found.group(2) else Decimal("0.01") if found.group(3) == "%" else Decimal(1)
            product *= Decimal(found.group(1)) * scale
        total += product
    return total / 10000


@pytest.mark.parametrize("filing", FILINGS, ids=lambda f: f.id)
def test_summary_and_department_agree_with_the_projects(filing: FilingContent) -> None:
    projects = {f.project: f for f in filing.forms if f.kind == "project"}
    total = sum(Decimal(f.budget or 0) for f in projects.values())
    for form in filing.forms:
        if form.kind == "summary":
            assert Decimal(form.budget or 0) == total
            for row in form.projects:
                same = projects[row.name]
                assert (row.amount, row.annual_goal, row.period_goal) == (
                    same.budget,
                    same.annual_goal,
                    same.period_goal,
                )
        if form.kind == "department":
            assert Decimal(form.projects_total or 0) == total
            assert Decimal(form.basic or 0) + total == Decimal(form.budget or 0)


@pytest.mark.parametrize("form", PROJECTS)
def test_clean_forms_have_every_required_category(form: FormContent) -> None:
    categories = {category_of(row.level1, row.level2) for row in form.rows}
    assert {"数量指标", "质量指标", "时效指标", "成本指标", "满意度指标"} <= categories
    assert categories & {"经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"}
    assert len({row.name for row in form.rows}) == len(form.rows)
    assert len(form.rows) <= 20
