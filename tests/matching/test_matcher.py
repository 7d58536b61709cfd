"""Matching names against banks."""

import json
from pathlib import Path

import pytest

from reviewer.matching import Bank, BankEntry, Matcher, national_bank
from reviewer.matching.cache import cache_folder, load_cached


def _bank(name: str, *rows: tuple[str, str, str] | dict[str, object]) -> Bank:
    entries = []
    for row in rows:
        fields = row if isinstance(row, dict) else {"id": row[0], "name": row[1], "level2": row[2]}
        entries.append(BankEntry(bank=name, **fields))  # type: ignore[arg-type]
    return Bank(name=name, entries=tuple(entries), digest=name)


@pytest.fixture(scope="module")
def national() -> Matcher:
    return Matcher([national_bank()])


def test_synonym_first_and_opposite_not_accepted() -> None:
    bank = _bank("b", ("1", "群众不满意度", "满意度指标"), ("2", "服务对象满意度", "满意度指标"))
    [result] = Matcher([bank]).match(["受益群众满意度"])
    assert result.accepted
    assert result.entries[0].entry.id == "2"
    assert "同为满意度" in result.entries[0].reasons
    assert any("受益群众≈服务对象" in r for r in result.entries[0].reasons)
    assert not result.entries[1].same
    [alone] = Matcher([_bank("c", ("1", "群众不满意度", "满意度指标"))]).match(["群众满意度"])
    assert not alone.accepted


def test_opposites_are_named_in_the_reasons() -> None:
    [result] = Matcher([_bank("b", ("1", "资金使用合规率", "质量指标"))]).match(["资金使用违规率"])
    assert not result.accepted
    assert any(r.startswith("含义相反：违规与合规") for r in result.entries[0].reasons)


def test_local_bank_before_national_of_equal_matches() -> None:
    local = _bank("市库", ("S1", "培训人数", "数量指标"))
    other = _bank("省库", ("P1", "培训人数", "数量指标"))
    [result] = Matcher([local, other]).match(["培训人次"])
    assert [e.entry.id for e in result.entries] == ["S1", "P1"]
    assert result.entries[0].entry.citation.startswith("市库 S1")


def test_level2_restricts_and_sector_prefers() -> None:
    bank = _bank(
        "b",
        {"id": "1", "name": "培训合格率", "level2": "质量指标", "sector": "教育"},
        {"id": "2", "name": "培训合格率", "level2": "质量指标", "sector": "就业创业"},
        {"id": "3", "name": "培训人数", "level2": "数量指标", "sector": "教育"},
    )
    matcher = Matcher([bank])
    [result] = matcher.match(["培训合格率"], sector="就业创业")
    assert result.entries[0].entry.id == "2"
    [result] = matcher.match(["培训合格率"], level2="产出数量")
    assert [e.entry.id for e in result.entries] == ["3"]
    assert not result.accepted


def test_rows_of_an_evaluated_filing_are_left_out() -> None:
    bank = _bank(
        "b",
        {"id": "1", "name": "就学补助户数", "level2": "数量指标", "overlaps": ("f1",)},
        {"id": "2", "name": "补助户数", "level2": "数量指标"},
    )
    matcher = Matcher([bank])
    assert matcher.match(["就学补助户数"])[0].entries[0].entry.id == "1"
    [result] = matcher.match(["就学补助户数"], exclude_filings=["f1"])
    assert [e.entry.id for e in result.entries] == ["2"]


def test_a_synonym_does_not_pass_another_head() -> None:
    bank = _bank("b", {"id": "1", "name": "培训总学时", "level2": "数量指标", "synonyms": ("培训天数",)})
    [result] = Matcher([bank]).match(["培训天数"])
    assert result.entries[0].entry.id == "1"
    assert not result.accepted


def test_a_synonym_of_many_rows_needs_the_sector() -> None:
    bank = _bank(
        "b",
        {"id": "1", "name": "电商人员考证率", "level2": "质量指标", "sector": "商务", "synonyms": ("培训合格率",)},
        {"id": "2", "name": "幼儿教师取证率", "level2": "质量指标", "sector": "教育", "synonyms": ("培训合格率",)},
    )
    matcher = Matcher([bank])
    assert not matcher.match(["培训合格率"])[0].accepted
    [result] = matcher.match(["培训合格率"], sector="教育")
    assert result.accepted
    assert result.entries[0].entry.id == "2"


def test_process_items_are_pointed_out(national: Matcher) -> None:
    assert national.match(["资金到位率"])[0].process == "资金到位率"
    assert national.match(["培训人数"])[0].process == ""


def test_every_row_finds_itself(national: Matcher) -> None:
    names = [e.name for e in national_bank().entries][::7]
    for name, result in zip(names, national.match(names, top=1), strict=True):
        assert result.accepted, name
        assert result.entries[0].entry.name == name


def test_empty_and_odd_queries(national: Matcher) -> None:
    for result in national.match(["", "   ", "☆☆☆", "zzzz"]):
        assert not result.accepted


def test_order_of_queries_does_not_matter(national: Matcher) -> None:
    names = ["参训学员满意度", "设备故障率", "高标准农田建设面积"]
    one = {r.query: r for r in national.match(names)}
    assert one == {r.query: r for r in national.match(names[::-1])}


def test_cache_is_rebuilt_when_damaged_and_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = _bank("b", ("1", "培训人数", "数量指标"))
    monkeypatch.setenv("REVIEWER_CACHE_DIR", str(tmp_path / "caches"))
    first = Matcher([bank]).match(["培训人次"])
    files = list(cache_folder().glob("parts-*.json"))
    assert files
    for damage in ("", "{", '{"key": "other", "value": {}}', json.dumps({"key": files[0].stem, "value": {"rows": 3}})):
        files[0].write_text(damage, "utf-8")
        assert Matcher([bank]).match(["培训人次"]) == first
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    monkeypatch.setenv("REVIEWER_CACHE_DIR", str(blocked / "below"))
    assert Matcher([bank]).match(["培训人次"]) == first


def test_cache_keeps_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_CACHE_DIR", str(tmp_path))
    for number in range(20):
        assert load_cached(f"parts-{number}", lambda number=number: {"n": number}) == {"n": number}  # type: ignore[misc]
    assert len(list(tmp_path.iterdir())) == 12


def test_importing_the_package_is_light() -> None:
    import subprocess
    import sys

    code = "import sys, reviewer.matching; print(sorted({'numpy', 'jieba', 'rapidfuzz'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
