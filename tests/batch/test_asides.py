"""Waivers and baselines over a batch: what does not count is listed, and no more is forgiven than was agreed."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reviewer.batch import Options
from reviewer.cli import main
from reviewer.errors import ReviewerError
from tests.batch.conftest import Run, table


def waivers(folder: Path, *lines: str) -> tuple[str, ...]:
    place = folder / "豁免.yaml"
    place.write_text("version: 1\nwaivers:\n" + "".join(f"  - {{{line}, reviewer: 张三}}\n" for line in lines), "utf-8")
    return (str(place),)


def asides(output: Path) -> list[dict[str, Any]]:
    sheet = load_workbook(output / "审核汇总.xlsx")["不计入的意见"]
    head = [cell.value for cell in sheet[1]]
    return [dict(zip(head, (c.value for c in row), strict=True)) for row in sheet.iter_rows(min_row=2)]


def test_waivers_for_all_files_are_heeded_and_listed(run: Run, tmp_path: Path) -> None:
    past = (date.today() - timedelta(days=1)).isoformat()
    said = waivers(
        tmp_path,
        "code: QNT202, reason: 上级统一下达",
        "code: QNT205, reason: 没有对应",
        f"code: CMP001, reason: 到期, until: {past}",
        "code: CON403, reason: 这次不查",
    )
    options = Options(waivers=said, select=("QNT", "CMP"))
    summary = run(options=options)
    assert "QNT202" not in summary.tally.rules
    assert summary.tally.aside == {"waiver": 11}
    assert [(s.source, s.code) for s in summary.tally.stale] == [("豁免.yaml", "QNT205"), ("豁免.yaml", "CMP001")]
    found = asides(tmp_path / "结果")
    assert [row["情况"] for row in found] == ["豁免"] * 11 + ["豁免失效"] * 2
    assert {(row["代码"], row["理由"], row["审核人"]) for row in found[:11]} == {("QNT202", "上级统一下达", "张三")}
    assert found[0]["指标"] == "工程验收合格率"
    page = (tmp_path / "结果" / "审核汇总.html").read_text("utf-8")
    assert "没有计入的意见 11 条（豁免 11 条），其中必须修改 11 条，由张三定" in page
    assert "失效的豁免 2 条" in page
    assert run(options=options).kept == 12
    waivers(tmp_path, "code: QNT202, reason: 理由变了")
    assert run(options=options).kept == 0, "other waivers are another review"


def test_a_waiver_that_holds_until_today_holds_for_the_whole_run(run: Run, tmp_path: Path) -> None:
    said = waivers(tmp_path, f"code: QNT202, reason: 今天止, until: {date.today().isoformat()}")
    assert run(options=Options(waivers=said)).tally.aside == {"waiver": 11}


def test_waivers_that_cannot_be_read_stop_the_run(run: Run, tmp_path: Path) -> None:
    with pytest.raises(ReviewerError, match="找不到处理记录文件"):
        run(options=Options(waivers=(str(tmp_path / "没有.yaml"),)))
    assert not (tmp_path / "结果").exists()


def test_what_lies_beside_a_file_does_not_open_the_gate(source: Path, tmp_path: Path) -> None:
    (source / "坏 文件.docx").unlink()
    for file in sorted(source.rglob("*.csv")):
        beside = file.with_name(file.name + ".decisions.yaml")
        beside.write_text("version: 1\nwaivers:\n  - {code: QNT202, reason: 自己说的, reviewer: 填报人}\n", "utf-8")
    command = ["batch", str(source), "-o", str(tmp_path / "结果"), "--jobs", "1", "--no-parquet", "--select", "QNT202"]
    assert main(command) == 0
    assert main([*command, "--watch", "gate"]) == 1
    assert main([*command, "--watch", "gate", "--decisions"]) == 0
    assert main([*command, "--watch", "warn", "--no-decisions"]) == 0


def test_files_of_one_name_are_not_forgiven_twice(run: Run, source: Path, tmp_path: Path) -> None:
    for file in sorted(source.rglob("*")):
        if file.is_file():
            file.unlink()
    clean, flawed = source / "甲局" / "申报表.csv", source / "乙局" / "申报表.csv"
    for file, quality in ((clean, "≥98%"), (flawed, "稳步提升")):
        file.parent.mkdir()
        file.write_text(table("云溪县农业农村局", 2024, quality=quality), "utf-8")
    place = tmp_path / "基线.json"
    assert main(["baseline", str(source), "--output", str(place)]) == 0
    clean.write_text(table("云溪县农业农村局", 2024, quality="稳步提升"), "utf-8")
    options = Options(baseline=str(place), select=("QNT202",))
    assert run(options=options).exit_code() == 1, "the new flaw is not covered by the other file's old one"
    # Two flaws known, two there.
    assert main(["baseline", str(source), "--output", str(place)]) == 0
    assert run(options=options).exit_code() == 0
