"""Importing a bureau's library and comparing versions."""

from pathlib import Path

import openpyxl
import pytest

from reviewer.errors import DataError
from reviewer.matching import load_banks, read_bank
from reviewer.matching.library import compare_banks, import_bank

_MAPPING = """\
bank: 某区共性指标库
version: "2024"
source: 某区财政局
header_row: 2
columns: {level2: 二级指标, name: 三级 指标, unit: D, synonyms: 常见写法}
fill_down: [level2]
constants: {sector: 教育}
separator: "、"
"""


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows = [
        ["某区共性指标库", None, None, None, None],
        ["一级指标", "二级指标", "三级指标", "计量单位", "常见写法"],
        ["产出指标", "数量指标", "培训人数", "人次", "参训人数、培训人次"],
        [None, None, "培训 期数", "期", None],
        [None, "质量指标", "培训合格率", "%", None],
        [None, None, None, "小计", None],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A3:A6")
    sheet.merge_cells("B3:B4")
    book.save(path)
    return path


def _mapping(folder: Path, text: str = _MAPPING) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(text, "utf-8")
    return path


def test_excel_with_merged_cells(tmp_path: Path) -> None:
    done = import_bank(_workbook(tmp_path / "库.xlsx"), _mapping(tmp_path), tmp_path / "banks")
    rows = [(e.name, e.level2, e.unit, e.synonyms, e.sector, e.version, e.standing) for e in done.bank.entries]
    assert rows == [
        ("培训人数", "数量指标", "人次", ("参训人数", "培训人次"), "教育", "2024", "local"),
        ("培训期数", "数量指标", "期", (), "教育", "2024", "local"),
        ("培训合格率", "质量指标", "%", (), "教育", "2024", "local"),
    ]
    assert done.skipped == 1
    first = load_banks(tmp_path / "banks")[0]
    assert first.name == "某区共性指标库"
    assert first.entries[0].citation == "某区共性指标库 0003，版本 2024，地方"


def test_a_library_is_not_overwritten_unasked(tmp_path: Path) -> None:
    table, mapping = _workbook(tmp_path / "库.xlsx"), _mapping(tmp_path)
    import_bank(table, mapping, tmp_path)
    with pytest.raises(DataError, match="已有"):
        import_bank(table, mapping, tmp_path)
    assert import_bank(table, mapping, tmp_path, replace=True).bank.entries


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("columns:", "colums:", "colums"),
        ("name: 三级 指标, ", "", "指标名称"),
        ("level2: 二级指标, ", "", "二级指标"),
        ("unit: D", "units: D", "units"),
        ("unit: D", "unit: 单位", "没有“单位”"),
        ("header_row: 2", "header_row: 20", "第20行"),
        ("bank: 某区", "sheet: 别的\nbank: 某区", "别的"),
        ("fill_down: [level2]", "constants_: 1", "constants_"),
    ],
)
def test_wrong_mappings_store_nothing(tmp_path: Path, old: str, new: str, word: str) -> None:
    folder = tmp_path / "banks"
    with pytest.raises(DataError, match=word):
        import_bank(_workbook(tmp_path / "库.xlsx"), _mapping(tmp_path, _MAPPING.replace(old, new)), folder)
    assert not folder.exists() or not list(folder.iterdir())


def test_errors_name_the_row_of_the_table(tmp_path: Path) -> None:
    table = tmp_path / "库.csv"
    table.write_text(
        '说明,,\n编号,二级,名称\nA,数量指标,"培训\n人数"\n,,\nB,数量,培训期数\nA,质量,培训合格率\n', "utf-8"
    )
    columns = "columns: {id: 编号, name: 名称, level2: 二级}\nheader_row: 2\n"
    with pytest.raises(DataError) as caught:
        import_bank(table, _mapping(tmp_path, columns), tmp_path / "banks")
    assert "“A”重复，前面第3行" in caught.value.what
    assert caught.value.where == f"{table} 第6行"
    assert not list((tmp_path / "banks").glob("*"))


def test_a_bad_row_stores_nothing(tmp_path: Path) -> None:
    table = tmp_path / "库.csv"
    table.write_bytes("二级指标,三级指标\n数量指标,培训人数\n乱写,培训合格率\n".encode("gb18030"))
    mapping = _mapping(tmp_path, "columns: {name: 三级指标, level2: 二级指标}\n")
    with pytest.raises(DataError, match="乱写"):
        import_bank(table, mapping, tmp_path / "banks")
    assert not list((tmp_path / "banks").glob("*"))
    with pytest.raises(DataError, match="打不开"):
        (tmp_path / "坏.xlsx").write_bytes(b"not a workbook")
        import_bank(tmp_path / "坏.xlsx", mapping, tmp_path / "banks")


_ONE, _TWO = "{},培训人数,数量指标,教育,某区,local,{},{}", "{},培训期数,数量指标,教育,某区,local,{},期"


def _csv(path: Path, *rows: str) -> Path:
    path.write_text("id,name,level2,sector,source,standing,version,unit\n" + "\n".join(rows) + "\n", "utf-8")
    return path


def test_difference_by_id(tmp_path: Path) -> None:
    old = read_bank(_csv(tmp_path / "a.csv", _ONE.format(1, 1, "人"), _TWO.format(2, 1)))
    new = read_bank(_csv(tmp_path / "b.csv", _ONE.format(1, 2, "人次"), "3,培训合格率,质量指标,教育,某区,local,2,%"))
    found = compare_banks(old, new)
    assert [e.id for e in found.added] == ["3"]
    assert [e.id for e in found.removed] == ["2"]
    assert [(c.after.id, c.fields) for c in found.changed] == [("1", {"unit": ("人", "人次")})]


def test_difference_by_name_when_ids_were_given_anew(tmp_path: Path) -> None:
    old = read_bank(_csv(tmp_path / "a.csv", _ONE.format(1, 1, "人"), _TWO.format(2, 1)))
    new = read_bank(_csv(tmp_path / "b.csv", _ONE.format(7, 2, "人"), _TWO.format(8, 2)))
    found = compare_banks(old, new)
    assert not found.added and not found.removed and not found.changed
