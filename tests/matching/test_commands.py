"""``reviewer match`` and ``reviewer bank``."""

import json
from pathlib import Path

import openpyxl
import pytest

from reviewer.cli import main

_HEAD = "id,name,level2,sector,source,standing,version\n"


def test_match_as_json_with_a_file_of_names_as_bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank = tmp_path / "b.csv"
    bank.write_bytes("name\n群众不满意度\n受益群众满意度\n举办培训班期数\n".encode("gb18030"))
    assert (
        main(["match", "服务对象满意度", "开展培训次数", "培训合格率", "--bank", str(bank), "-f", "json", "--top", "2"])
        == 0
    )
    content = json.loads(capsys.readouterr().out)
    assert set(content) == {"queries"}
    first, second, third = content["queries"]
    assert set(first) == {"query", "accepted", "entries"}
    assert first["query"] == "服务对象满意度" and first["accepted"] is True
    assert set(first["entries"][0]) == {"id", "name", "level2", "score", "reasons"}
    assert first["entries"][0]["name"] == "受益群众满意度" and len(first["entries"]) == 2
    assert second["accepted"] is True and second["entries"][0]["id"] == "3"
    assert third["accepted"] is False


def test_match_cites_rows_and_points_out_process_items(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = tmp_path / "names.txt"
    names.write_text("培训合格率\n\n资金到位率\n", "utf-8")
    assert main(["match", "--file", str(names), "--sector", "会议培训", "--top", "1"]) == 0
    out = capsys.readouterr().out
    assert "培训合格率：第一条意思相同" in out
    assert "L0015，版本 1.0，公开发布" in out
    assert "过程管理内容“资金到位率”" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["match"], ["没有写要匹配的指标名称"]),
        (["match", "培训人数", "--level2", "乱"], ["不在九类之中"]),
        (["match", "培训人数", "--sector", "天文"], ["没有行业“天文”"]),
        (["match", "培训人数", "--bank", "没有.csv"], ["找不到", "没有.csv"]),
        (["match", "--file", "没有.txt"], ["找不到", "没有.txt"]),
        (["bank", "show", "Z9"], ["没有编号“Z9”"]),
        (["bank", "diff", "甲库", "乙库"], ["没有名为“甲库”"]),
    ],
)
def test_wrong_use_is_explained(arguments: list[str], words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert all(word in error for word in words)


def test_import_then_match_prefers_the_own_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["类别", "指标"], ["质量指标", "培训合格率"], [None, "公厕达标率"]):
        book.active.append(row)
    book.save(tmp_path / "库.xlsx")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        'bank: 某市库\nversion: "2025"\ncolumns: {level2: 类别, name: 指标}\n'
        "fill_down: [level2]\nconstants: {sector: 综合}\n",
        "utf-8",
    )
    assert main(["bank", "import", str(tmp_path / "库.xlsx"), "--mapping", str(mapping)]) == 0
    assert "已导入“某市库”：2条" in capsys.readouterr().out
    assert main(["match", "培训合格率", "--top", "1"]) == 0
    assert "某市库 0002，版本 2025，地方" in capsys.readouterr().out
    assert main(["bank", "list"]) == 0
    assert capsys.readouterr().out.startswith("某市库：2条（地方2条）")


def test_bank_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "list", "--sector", "水利", "--level2", "成本", "-f", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows and all(r["level2"] == "成本指标" and "水利" in r["sector"] for r in rows)
    assert main(["bank", "show", "P0001"]) == 0
    out = capsys.readouterr().out
    assert "推荐（非官方）" in out and "定义：" in out


def test_bank_diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, rows in (
        ("a", "1,培训人数,数量指标,教育,某区,local,1\n"),
        ("b", "1,培训人次,数量指标,教育,某区,local,2\n"),
    ):
        (tmp_path / f"{name}.csv").write_text(_HEAD + rows, "utf-8")
    assert main(["bank", "diff", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]) == 0
    assert "新增1条，删去1条" in capsys.readouterr().out


def test_a_broken_own_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "坏.csv").write_text("id,name\n1,培训人数\n", "utf-8")
    monkeypatch.setenv("REVIEWER_BANK_DIR", str(tmp_path))
    assert main(["match", "培训人数"]) == 2
    assert "坏.csv" in capsys.readouterr().err
