"""The JSON contract."""

import json
from decimal import Decimal
from typing import Any

import pytest

from reviewer.writers import WRITERS
from reviewer.writers.contract import report_schema
from tests.writers.sample import sample

# The names that other programs rely on; fields may be added, none may go.
CONTRACT = {
    "filing": {"source", "org", "year", "forms", "findings", "outcomes", "score", "unread"},
    "form": {"id", "kind", "title", "project", "budget_wan", "indicators"},
    "indicator": {
        "id", "level1", "level2", "category", "name", "value", "unit", "nature", "standard", "weight", "location",
    },
    "finding": {
        "code", "name", "severity", "dimension", "smart", "form_id", "indicator_id", "message", "evidence", "basis",
        "location", "suggested_category",
    },
}  # fmt: skip


@pytest.fixture
def report() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(WRITERS["json"].write(sample()))
    return data


def test_names_of_the_contract(report: dict[str, Any]) -> None:
    filing = report["filings"][0]
    assert report["schema_version"] == 1
    assert set(filing) >= CONTRACT["filing"]
    assert set(filing["forms"][0]) >= CONTRACT["form"]
    assert set(filing["forms"][0]["indicators"][0]) >= CONTRACT["indicator"]
    assert all(set(finding) >= CONTRACT["finding"] for finding in filing["findings"])


def test_content(report: dict[str, Any]) -> None:
    filing = report["filings"][0]
    assert [f["kind"] for f in filing["forms"]] == ["project", "summary", "project"]
    assert [i["id"] for i in filing["forms"][0]["indicators"]] == ["F1.1", "F1.2", "F1.3", "F1.5", "F1.6"]
    assert [i["id"] for i in filing["forms"][0]["blank_rows"]] == ["F1.4"]
    assert filing["findings"][0]["indicator_id"] is None
    assert filing["findings"][5]["suggested_category"] == "满意度指标"
    assert filing["findings"][2]["location"]["description"] == "表1 第7行第4列"
    assert {o["outcome"] for o in filing["outcomes"]} == {
        "found", "could_not_check", "error", "passed", "not_applicable",
    }  # fmt: skip
    assert [u["advisory"] for u in filing["unread"]] == [False, True]
    assert filing["score"]["forms"][0]["criteria"][1]["points"] is None
    assert report["failures"][0]["source"] == "扫描件.pdf"


@pytest.mark.parametrize(
    ("wan", "printed"),
    [
        ("388.88", "388.88"),
        ("0.1", "0.1"),
        ("140", "140"),
        ("140.00", "140"),
        ("1234567890.1234", "1234567890.1234"),
    ],
)
def test_money_is_a_number_without_dust(wan: str, printed: str) -> None:
    report = sample()
    item = report.filings[0]
    form = item.filing.forms[0]
    assert form.budget is not None
    form = form.model_copy(update={"budget": form.budget.model_copy(update={"wan": Decimal(wan)})})
    item = item.model_copy(update={"filing": item.filing.model_copy(update={"forms": (form,)}), "findings": ()})
    text = WRITERS["json"].write(report.model_copy(update={"filings": (item,)})).decode()
    assert f'"budget_wan": {printed},' in text


def test_the_report_fits_its_own_schema(report: dict[str, Any]) -> None:
    """Required names and types of the schema, followed through its references."""
    schema = report_schema()
    _check(report, schema, schema["$defs"], "$")


def _check(value: Any, schema: dict[str, Any], defs: dict[str, Any], path: str) -> None:
    if "$ref" in schema:
        _check(value, defs[schema["$ref"].rpartition("/")[2]], defs, path)
    elif "anyOf" in schema:
        failures = []
        for option in schema["anyOf"]:
            try:
                return _check(value, option, defs, path)
            except AssertionError as failure:
                failures.append(failure)
        raise AssertionError(f"{path}: {failures}")
    elif "enum" in schema or "const" in schema:
        assert value in schema.get("enum", [schema.get("const")]), path
    elif schema["type"] == "object":
        assert isinstance(value, dict), path
        assert set(schema.get("required", ())) <= set(value), path
        for key, item in value.items():
            extra = schema.get("additionalProperties")
            inner = schema.get("properties", {}).get(key, extra)
            assert inner, f"{path}.{key} is not in the schema"
            _check(item, inner, defs, f"{path}.{key}")
    elif schema["type"] == "array":
        assert isinstance(value, list), path
        for n, item in enumerate(value):
            _check(item, schema["items"], defs, f"{path}[{n}]")
    else:
        kinds = {"string": str, "integer": int, "number": (int, float), "null": type(None), "boolean": bool}
        assert isinstance(value, kinds[schema["type"]]), f"{path}: {value!r} is no {schema['type']}"
    return None
