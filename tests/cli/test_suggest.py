"""``reviewer suggest`` and ``reviewer review --suggest``: exit codes, formats, engines."""

import json
from pathlib import Path

import pytest

from reviewer.cli import main

TABLE = """项目支出绩效目标申报表,,,,
项目名称,农技推广培训,,,
年度绩效目标,举办农技推广培训3场,,,
一级指标,二级指标,三级指标,指标值,单位
产出指标,数量指标,农技推广培训场次,3,场
产出指标,质量指标,培训规范性,稳步提升,
满意度指标,服务对象满意度指标,学员满意度,90,%
"""


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    path = tmp_path / "申报表.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_the_terminal_shows_before_and_after(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(filing)]) == 0
    out = capsys.readouterr().out
    assert "〔可直接采用〕" in out
    assert "[-培训规范性-]" in out or "培训规范[-性-]" in out
    assert "培训规范[+率+]" in out
    assert "【待填】" in out


def test_json_holds_the_suggestions(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(filing), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["filings"][0]
    assert found["engines"] == ["rules"]
    satisfied = next(s for s in found["suggestions"] if s["proposed"] and s["proposed"]["name"] == "学员满意度")
    assert (satisfied["proposed"]["value"], satisfied["proposed"]["unit"]) == ("≥90", "%")
    assert satisfied["removes"] == ["QNT204"]
    assert all(s["removes"] for s in found["suggestions"])


def test_engines_may_be_repeated_or_parted_by_commas(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(filing), "--engine", "bank,rules", "--engine", "bank", "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["filings"][0]["engines"] == ["bank", "rules"]


@pytest.mark.parametrize("command", [["suggest", "--engine"], ["review", "--suggest"]])
def test_an_unknown_engine_is_exit_2(command: list[str], filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command[0], str(filing), command[1], "magic"]) == 2
    err = capsys.readouterr().err
    assert "magic" in err
    assert "rules、bank、llm" in err


def test_output_chooses_the_format(filing: Path, tmp_path: Path) -> None:
    for name, words in (("建议.html", "<!DOCTYPE html>"), ("建议.md", "# 绩效目标审核意见"), ("建议.txt", "修改建议")):
        assert main(["suggest", str(filing), "-o", str(tmp_path / name)]) == 0
        text = (tmp_path / name).read_text("utf-8")
        assert words in text
        assert "可直接采用" in text


def test_what_cannot_be_read_is_named_and_exit_2(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", str(filing), str(filing.parent / "没有.docx")]) == 2
    captured = capsys.readouterr()
    assert "没有审核 没有.docx" in captured.err
    assert "学员满意度" in captured.out


def test_review_shows_suggestions_only_when_asked(filing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["review", str(filing)])
    assert "建议1" not in capsys.readouterr().out
    main(["review", str(filing), "--suggest", "rules"])
    out = capsys.readouterr().out
    assert "建议1〔" in out
    assert "合计：1个文件" in out
