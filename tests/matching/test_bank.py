"""Reading banks: the project's own, and files that break the format."""

import csv
from pathlib import Path

import pytest

from reviewer.errors import DataError
from reviewer.matching import load_banks, national_bank, process_indicators, read_bank
from reviewer.matching.bank import COLUMNS
from reviewer.resources import resource
from reviewer.taxonomy.levels import CATEGORIES

_HEAD = "id,name,level2,sector,source,standing,version\n"
_ROW = "{},培训人数,数量指标,教育,某市,local,1\n"


def _fails(path: Path, content: bytes | str, *words: str, names_only: bool = False) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataError) as caught:
        read_bank(path, names_only=names_only)
    for word in (path.name, *words):
        assert word in str(caught.value)


def test_national_bank_is_sound() -> None:
    entries = national_bank().entries
    assert len(entries) > 1800
    assert len({e.id for e in entries}) == len(entries)
    assert {e.level2 for e in entries} == set(CATEGORIES)
    keys = [(e.name, e.level2, e.sector, e.standing == "recommended") for e in entries]
    assert len(set(keys)) == len(keys)
    for e in entries:
        assert e.source and e.version and e.sector
        assert "*" not in e.name and e.name == "".join(e.name.split())
        assert e.name not in e.synonyms
        if e.standing == "local":
            assert e.typical_value == "", f"{e.id}: one county's figure is no standard"
        if e.standing == "recommended":
            assert e.source == "本项目编写" and not e.overlaps
        if "满意度" in e.name:
            assert e.level2 == "满意度指标", e.id


def test_bank_files_have_all_columns() -> None:
    for path in resource("taxonomy", "indicator_bank").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            assert tuple(next(csv.reader(stream))) == COLUMNS, path.name


def test_process_indicators_are_no_bank_rows() -> None:
    items = process_indicators()
    assert len(items) > 50
    assert not {i.id for i in items} & {e.id for e in national_bank().entries}


def test_missing_columns(tmp_path: Path) -> None:
    _fails(tmp_path / "b.csv", "id,name\n1,培训人数\n", "缺少列", "level2", "第1行")
    _fails(tmp_path / "b.csv", "编号,指标\n1,培训人数\n", "缺少列：name", names_only=True)


def test_duplicate_id_names_both_lines(tmp_path: Path) -> None:
    _fails(
        tmp_path / "b.csv", _HEAD + _ROW.format("A") + _ROW.format("B") + _ROW.format("A"), "“A”重复", "第4行", "第2行"
    )


def test_bad_category_standing_and_empty_cells(tmp_path: Path) -> None:
    _fails(tmp_path / "b.csv", _HEAD + _ROW.format("A").replace("数量", "管理"), "管理指标", "第2行")
    _fails(tmp_path / "b.csv", _HEAD + _ROW.format("A").replace("local", "official"), "official", "第2行")
    _fails(tmp_path / "b.csv", _HEAD + _ROW.format("A").replace("培训人数", ""), "名称为空", "第2行")
    _fails(tmp_path / "b.csv", _HEAD + _ROW.format(""), "编号为空", "第2行")
    _fails(tmp_path / "b.csv", _HEAD + _ROW.format("A").replace("某市", ""), "source", "第2行")


def test_broken_csv(tmp_path: Path) -> None:
    _fails(tmp_path / "b.csv", "", "空的")
    _fails(tmp_path / "b.csv", _HEAD, "没有指标")
    _fails(tmp_path / "b.csv", _HEAD + '"A,培训\n', "CSV")
    _fails(tmp_path / "b.csv", _HEAD.strip() + ",name\n", "列名重复")
    _fails(tmp_path / "b.csv", _HEAD + _ROW.format("A").strip() + ",多出\n", "多出", "第2行")
    _fails(tmp_path / "b.csv", b"PK\x03\x04\x00\x00", "不是文本表格")
    with pytest.raises(DataError, match="找不到"):
        read_bank(tmp_path / "none.csv")


def test_gbk_is_read_and_mixed_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes((_HEAD + _ROW.format("A")).encode("gb18030"))
    assert read_bank(path).entries[0].name == "培训人数"
    path.write_bytes(b"\xef\xbb\xbf" + (_HEAD + _ROW.format("A")).encode())
    assert read_bank(path).entries[0].id == "A"
    path.write_bytes((_HEAD + _ROW.format("A")).encode("utf-16"))
    assert read_bank(path).entries[0].id == "A"
    mixed = (_HEAD + _ROW.format("A")).encode() + _ROW.format("B").encode("gb18030")
    _fails(path, mixed, "混用", "第3行")
    _fails(path, _HEAD.encode() + b"A,\xff\xfe\x80,x\n", "编码", "第2行")


def test_names_only(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("name\n培训人数\n\n培训合格率\n", "utf-8")
    entries = read_bank(path, names_only=True).entries
    assert [(e.id, e.name, e.level2) for e in entries] == [("1", "培训人数", ""), ("2", "培训合格率", "")]


def test_user_banks_come_first(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(_HEAD + _ROW.format("A"), "utf-8")
    banks = load_banks(tmp_path)
    assert [b.name for b in banks] == ["own", national_bank().name]
