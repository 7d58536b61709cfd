"""How rules are declared and run: the ledger, the order of findings, and that one rule leaves the others alone."""

from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from reviewer.pipeline import profile_for
from reviewer.records import Filing, Form, FormKind, Hit, Severity
from reviewer.registry import Registry
from reviewer.rules import engine
from reviewer.rules.engine import Context, CouldNotCheck, NotApplicable, Row, Rule, in_order, rule, run_rules
from tests.rules.builder import filing_of

COUNT = {"level2": "数量指标", "name": "培训人数", "value": "≥150人"}
RATE = {"level2": "质量指标", "name": "培训合格率", "value": "≥95%"}
TWO = {"forms": [{"rows": [COUNT, RATE]}, {"kind": "summary", "projects": [{"name": "培训"}]}]}


def context_of(case: dict[str, Any], **more: Any) -> Context:
    filing = filing_of(case)
    return Context(filing=filing, profiles={f.id: profile_for(f) for f in filing.forms}, **more)


def declared(monkeypatch: pytest.MonkeyPatch, check: Callable[..., Any], **more: Any) -> Rule:
    """``check`` as ``@rule`` declares it, in a registry of its own."""
    registry: Registry[Rule] = Registry("reviewer.rules", "规则")
    monkeypatch.setattr(engine, "RULES", registry)
    check.__module__ = "reviewer.rules.completeness.cmp999_trial"
    rule("CMP999", "试", severity="warn", smart="S", basis=["a", "b"], **more)(check)
    (made,) = registry._items.values()
    return made


def ledger(item: Rule, context: Context, only: str | None = None) -> list[tuple[str, str, str, int]]:
    return [(o.form_id, o.outcome.value, o.reason, o.findings) for o in run_rules(context, [item], only)[1]]


def test_a_declaration_keeps_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(row: Row, context: Context) -> list[Hit]:
        """检查：无。"""
        return []

    made = declared(monkeypatch, check, categories=["数量指标"], reads=["name"])
    assert (made.code, made.name, made.severity, made.basis) == ("CMP999", "试", Severity.WARN, ("a", "b"))
    assert (made.group, made.dimension, made.page) == ("completeness", "完整性", "检查：无。")
    assert (made.scope, made.categories, made.reads) == ("indicator", ("数量指标",), ("name",))
    # A rule of rows looks at the tables that have rows, one of forms at all, unless it says which.
    assert made.kinds == (FormKind.DEPARTMENT, FormKind.PROJECT)
    assert declared(monkeypatch, check, scope="form").kinds == tuple(FormKind)
    assert declared(monkeypatch, check, scope="form", kinds=[]).kinds == ()


def test_what_a_rule_raises_is_in_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(form: Form, context: Context) -> Iterator[Hit]:
        if form.title == "不适用":
            raise NotApplicable("没有可查的")
        if form.title.startswith("有一处"):
            yield Hit(message="错")
        if form.title.endswith("未查全"):
            raise CouldNotCheck("看不清")
        if form.title.endswith("出错"):
            raise ValueError("坏了")

    titles = ["好", "不适用", "有一处", "有一处而未查全", "未查全", "有一处出错"]
    context = context_of({"forms": [{"title": title, "rows": [COUNT]} for title in titles]})
    item = declared(monkeypatch, check, scope="form")
    assert ledger(item, context) == [
        ("F1", "passed", "", 0),
        ("F2", "not_applicable", "没有可查的", 0),
        ("F3", "found", "", 1),
        ("F4", "found", "看不清", 1),
        ("F5", "could_not_check", "看不清", 0),
        ("F6", "error", "规则出错：ValueError: 坏了", 1),
    ]
    assert [f.form_id for f in run_rules(context, [item])[0]] == ["F3", "F4", "F6"]


def test_a_table_that_the_rule_is_not_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(form: object, context: Context) -> Iterator[Hit]:
        yield Hit(message="错", form_id="F1")

    for scope in ("form", "filing"):
        item = declared(monkeypatch, check, scope=scope, kinds=[FormKind.PROJECT])
        assert ledger(item, context_of(TWO)) == [
            ("F1", "found", "", 1),
            ("F2", "not_applicable", "此规则不用于这类表", 0),
        ]
        assert ledger(item, context_of(TWO), only="F2")[-1] == ("F2", "not_applicable", "此规则不用于这类表", 0)
    assert len(ledger(declared(monkeypatch, check, scope="form"), context_of(TWO), only="F2")) == 1


def test_rows_are_joined_into_one_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst that happened to a row, with the reasons of the rows to which it happened, each once."""

    def check(row: Row, context: Context) -> Iterator[Hit]:
        word = row.indicator.value
        if word == "错":
            yield row.hit("value", "错")
        elif word == "坏":
            raise ValueError("坏了")
        elif word.startswith("看不清"):
            raise CouldNotCheck(word)
        elif word.startswith("不用"):
            raise NotApplicable(word)

    item = declared(monkeypatch, check)

    def joined(*words: str) -> tuple[str, str, int]:
        ((_, outcome, reason, found),) = ledger(item, context_of({"rows": [{**COUNT, "value": w} for w in words]}))
        return outcome, reason, found

    assert joined("好", "错", "坏", "看不清") == ("error", "规则出错：ValueError: 坏了", 1)
    assert joined("好", "错", "看不清") == ("found", "", 1)
    assert joined("好", "看不清一", "看不清二", "看不清一", "不用") == ("could_not_check", "看不清一；看不清二", 0)
    assert joined("好", "不用") == ("passed", "", 0)
    assert joined("不用一", "不用二", "不用一") == ("not_applicable", "不用一；不用二", 0)


def test_a_rule_of_some_categories(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def check(row: Row, context: Context) -> list[Hit]:
        seen.append(row.indicator.id)
        return []

    item = declared(monkeypatch, check, categories=["质量指标"])
    assert ledger(item, context_of({"rows": [COUNT, RATE]})) == [("F1", "passed", "", 0)]
    assert seen == ["F1.2"]
    assert ledger(item, context_of({"rows": [COUNT]})) == [("F1", "not_applicable", "表中没有此规则所查的指标", 0)]
    # A row whose second level cannot be read may be of the category.
    assert ledger(item, context_of({"rows": [{**COUNT, "level2": "▇▇"}]}))[0][1] == "could_not_check"
    every = declared(monkeypatch, check)
    empty = [("F1", "not_applicable", "表中没有此规则所查的指标", 0)]
    assert ledger(every, context_of({"form": {"project": "培训", "rows": []}})) == empty


def test_only_passed_is_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule whose input is gone cannot have passed; what it found or said itself stays."""

    def check(form: Form, context: Context) -> Iterator[Hit]:
        if form.title == "不适用":
            raise NotApplicable("没有可查的")
        if form.title == "有错":
            yield Hit(message="错")

    item = declared(monkeypatch, check, scope="form", reads=["name", "value"])
    forms = [{"title": title, "rows": [{**COUNT, "value": ""}]} for title in ("好", "不适用", "有错")]
    context = context_of({"forms": [*forms, {"title": "全", "rows": [COUNT]}]})
    assert [line[1:3] for line in ledger(item, context)] == [
        ("could_not_check", "没有读到指标值，无法检查"),
        ("not_applicable", "没有可查的"),
        ("found", ""),
        ("passed", ""),
    ]


def test_hits_of_a_filing_rule_find_their_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(filing: Filing, context: Context) -> Iterator[Hit]:
        if filing.org == "看不清":
            raise CouldNotCheck("看不清")
        yield Hit(message="这一行错", indicator_id="F2.1")
        yield Hit(message="这张表错", form_id="F1")
        if filing.org == "一半看不清":
            raise CouldNotCheck("看不清")

    forms = [{"rows": [COUNT]}, {"rows": [RATE]}, {"rows": [RATE]}]
    item = declared(monkeypatch, check, scope="filing")
    assert [line[1:] for line in ledger(item, context_of({"forms": forms}))] == [
        ("found", "", 1), ("found", "", 1), ("passed", "", 0),
    ]  # fmt: skip
    found = run_rules(context_of({"forms": forms}), [item])[0]
    assert [(f.form_id, f.indicator_id, f.message) for f in found] == [
        ("F1", None, "这张表错"), ("F2", "F2.1", "这一行错"),
    ]  # fmt: skip
    blurred = context_of({"forms": forms, "org": "看不清"})
    assert {line[1:] for line in ledger(item, blurred)} == {("could_not_check", "看不清", 0)}


def test_findings_stand_in_the_order_of_the_filing(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(form: Form, context: Context) -> Iterator[Hit]:
        for row in reversed(context.rows(form)):
            yield row.hit("name", "二", severity=Severity.INFO)
            yield row.hit("name", "一")
        yield Hit(message="全表", severity=Severity.INFO)
        yield Hit(message="全表更重", severity=Severity.ERROR)

    item = declared(monkeypatch, check, scope="form")
    context = context_of({"forms": [{"rows": [COUNT, RATE]}, {"rows": [COUNT]}]})
    found = run_rules(context, [item])[0]
    assert [(f.form_id, f.indicator_id, f.message) for f in found] == [
        ("F1", None, "全表更重"), ("F1", None, "全表"),
        ("F1", "F1.1", "一"), ("F1", "F1.1", "二"), ("F1", "F1.2", "一"), ("F1", "F1.2", "二"),
        ("F2", None, "全表更重"), ("F2", None, "全表"), ("F2", "F2.1", "一"), ("F2", "F2.1", "二"),
    ]  # fmt: skip
    assert [f.severity for f in found[:4]] == [Severity.ERROR, Severity.INFO, Severity.WARN, Severity.INFO]
    assert in_order(context.filing, reversed(found)) == found


def test_a_row_and_its_cells() -> None:
    context = context_of({"rows": [{**COUNT, "name": "★培训人数", "value": "培训人数"}, COUNT, {**COUNT, "name": ""}]})
    form = context.filing.forms[0]
    copied, plain, nameless = context.rows(form)
    assert context.rows(form) is context.rows(form)
    assert (copied.name, copied.value_is_name, plain.value_is_name, nameless.value_is_name) == (
        "培训人数", True, False, False,
    )  # fmt: skip
    on_cell, on_row = plain.hit("value", "错").location, plain.hit("standard", "错").location
    assert (on_cell and on_cell.text, on_row and on_row.text) == ("≥150人", "F1.2")


def test_what_rules_share_is_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    context = context_of({"rows": [COUNT]})
    (row,) = context.rows(context.filing.forms[0])
    for shared, name in ((context, "year"), (row, "form"), (declared(monkeypatch, lambda row, context: []), "code")):
        with pytest.raises(FrozenInstanceError):
            setattr(shared, name, None)
    assert " _rows=" not in repr(context)
    assert " _lacking=" not in repr(context)


@pytest.mark.parametrize(
    ("given", "form", "filing", "expected"),
    [(2026, "2025", "2024", 2026), (None, "2025", "2024", 2025), (None, "", "2024", 2024), (None, "", "", None)],
)
def test_the_year_is_the_users_then_the_forms_then_the_filings(
    given: int | None, form: str, filing: str, expected: int | None
) -> None:
    context = context_of({"year": filing, "form": {"year": form, "rows": [COUNT]}}, year=given)
    assert context.form_year(context.filing.forms[0]) == expected
