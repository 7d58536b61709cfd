"""The workbook, the page and the Parquet files of a batch."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from reviewer.batch import Options, dashboard, parquet
from reviewer.batch.records import FileFailure, FileResult, FindingRow, FormRow, Gap, IndicatorRow
from reviewer.batch.tally import Tally
from reviewer.batch.workbook import write as write_workbook
from reviewer.errors import ReviewerError
from reviewer.records import Severity
from tests.batch.conftest import Run

HOSTILE = '=HYPERLINK("http://x","点")</script><script>alert(1)</script>'
GOAL = "<script>alert(2)</script>完成全县高标准农田建设任务，改善农业生产条件，提高粮食综合生产能力"
DAY = date(2024, 11, 5)


def finding(number: int, severity: Severity = Severity.ERROR, text: str = "没有数字") -> FindingRow:
    return FindingRow(
        form_id="F1", indicator_id=f"F1.{number}", code="QNT202", name="质量指标不可衡量", severity=severity,
        dimension="相关性", place=f"表1 第{number}行", level2="质量指标", indicator=text, value="+86 稳步提升",
        message=f"{text}，第{number}条", evidence="-1", basis="参照财预〔2015〕88号", suggestion="@改",
    )  # fmt: skip


def filing(unit: str, findings: tuple[FindingRow, ...] = (), path: str = "", goal: str = "") -> FileResult:
    row = IndicatorRow(
        id="F1.1", level1="产出", level2="质量指标", category="质量指标", name="合格率", value="高", unit=""
    )
    form = FormRow(
        id="F1", label="表1", title="绩效目标表", kind="项目", unit=unit, year=2024, project="农田", sector="农业",
        profile="caiyu", budget_wan="12.50", grade="中", total="71.5", judged=60, goals=(goal,) if goal else (),
        indicators=(row,),
    )  # fmt: skip
    gaps = (Gap(kind="unchecked", form="表1", code="CON401", name="成本", text="", reason="没有金额"),)
    return FileResult(
        path=path or f"{unit}.docx", source="", format="docx", digest=unit, unit=unit, year=2024, forms=(form,),
        findings=findings, gaps=gaps,
    )  # fmt: skip


FAILED = FileResult(
    path="坏.docx", source="坏.docx", format="", digest="0", unit="", year=None,
    failure=FileFailure(what="文件已损坏", where="", remedy="重新报送", passing=False),
)  # fmt: skip


def sample() -> list[FileResult]:
    info = finding(3, Severity.INFO)
    return [
        filing("甲局", (finding(1), finding(2, Severity.WARN), info), goal=GOAL),
        filing(HOSTILE, (finding(1, text=HOSTILE),), path="=丙.docx", goal=GOAL),
        filing("乙局"),
        FAILED,
    ]


def tally_of(results: list[FileResult], reports: list[str] | None = None) -> Tally:
    tally = Tally()
    for number, result in enumerate(results):
        tally.add(result, reports[number] if reports else "")
    tally.close()
    return tally


@pytest.fixture
def book(tmp_path: Path) -> Any:
    place = tmp_path / "汇总.xlsx"
    reports = ["单个报告/甲 #1.html", "", "", ""]
    write_workbook(place, tally_of(sample(), reports), sample(), reports, DAY, tmp_path / "tmp")
    return load_workbook(place)


def rows(sheet: Any, top: int = 1) -> list[dict[str, Any]]:
    head = [cell.value for cell in sheet[top]]
    return [dict(zip(head, (c.value for c in row), strict=True)) for row in sheet.iter_rows(min_row=top + 1)]


def test_the_workbook_answers_each_question(book: Any) -> None:
    assert book.sheetnames == [
        "汇总", "按规则", "按领域", "按年度", "表格清单", "问题明细", "未能审核", "不计入的意见", "雷同线索",
    ]  # fmt: skip
    units = rows(book["汇总"], 5)
    assert [(u["单位"], u["必须修改"], u["应当修改"], u["初评中"]) for u in units] == [
        ("甲局", 1, 1, 1),
        (HOSTILE, 1, 0, 1),
        ("乙局", 0, 0, 1),
    ]
    assert "4 个文件，3 张表，3 个单位" in book["汇总"]["A2"].value
    (rule,) = rows(book["按规则"])
    assert (rule["代码"], rule["必须修改"], rule["合计"], rule["涉及的表"], rule["涉及的单位"]) == (
        "QNT202",
        2,
        4,
        2,
        2,
    )
    assert rule["占全部表"] == pytest.approx(2 / 3)
    assert len(rows(book["问题明细"])) == 4
    gaps = rows(book["未能审核"])
    assert {(g["文件"], g["情况"]) for g in gaps} >= {("坏.docx", "没有审核"), ("甲局.docx", "规则未能检查")}
    (form,) = [r for r in rows(book["表格清单"]) if r["单位"] == "甲局"]
    assert (form["金额（万元）"], form["初评得分"], form["单个报告"]) == (12.5, 71.5, "打开")
    assert {r["组"] for r in rows(book["雷同线索"])} == {1}


def test_every_sheet_can_be_worked_with(book: Any) -> None:
    for sheet in book:
        assert sheet.auto_filter.ref, sheet.title
        assert sheet.freeze_panes, sheet.title
        assert sheet.column_dimensions["A"].width >= 6


def test_filed_text_is_never_a_formula(book: Any) -> None:
    risky = 0
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f"
                text = cell.value if isinstance(cell.value, str) and cell.value != "-1" else ""  # a number is none
                if text.startswith(("=", "+", "-", "@")) and cell.row > 1:
                    assert cell.quotePrefix, f"{sheet.title} {cell.coordinate}"
                    risky += 1
    assert risky > 8
    link = next(c for c in book["表格清单"]["Q"] if c.value == "打开")
    assert link.hyperlink.target == "单个报告/甲%20%231.html" or "甲" in link.hyperlink.target


def test_a_sheet_that_is_full_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewer.batch.workbook._LAST_ROW", 10)
    results = [filing("甲局", tuple(finding(n) for n in range(25)))]
    write_workbook(tmp_path / "a.xlsx", tally_of(results), results, [""], DAY, tmp_path / "tmp")
    book = load_workbook(tmp_path / "a.xlsx")
    found = [r["位置"] for name in ("问题明细", "问题明细2", "问题明细3") for r in rows(book[name])]
    assert found == [f"表1 第{n}行" for n in range(25)]


def test_the_same_batch_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_workbook(tmp_path / name, tally_of(sample()), sample(), [""] * 4, DAY, tmp_path / "tmp")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert dashboard.page(tally_of(sample()), DAY) == dashboard.page(tally_of(sample()), DAY)


def data_of(html: str) -> dict[str, Any]:
    found = BeautifulSoup(html, "lxml").select_one("#data")
    assert found is not None
    data: dict[str, Any] = json.loads(found.text)
    return data


def test_the_page_holds_what_its_tables_show() -> None:
    html = dashboard.page(tally_of(sample(), ["单个报告/甲 #1.html", "", "", ""]), DAY).decode()
    data = data_of(html)
    assert [unit[0] for unit in data["units"]] == ["甲局", HOSTILE, "乙局"]
    assert len(data["findings"]) == 4
    assert data["files"][0][10] == "%E5%8D%95%E4%B8%AA%E6%8A%A5%E5%91%8A/%E7%94%B2%20%231.html"
    assert data["files"][3][4] == "未审核"
    page = BeautifulSoup(html, "lxml")
    text = page.get_text()
    for words in (
        "2024-11-05",
        "3 个单位，4 个文件，3 张表",
        "没有审核的文件（1）",
        "文件已损坏",
        "雷同线索（1组）",
        "不算通过",
    ):
        assert words in text
    assert "优、良、中、差的分界是本程序的约定" in text
    assert len(page.select("svg[role=img][aria-label]")) == 4


def test_the_page_runs_nothing_that_was_filed_and_loads_nothing() -> None:
    html = dashboard.page(tally_of(sample()), DAY).decode()
    page = BeautifulSoup(html, "lxml")
    assert len(page.select("script")) == 2, "the data and the page's own"
    assert "alert(1)</script>" not in html
    policy = page.select_one('meta[http-equiv="Content-Security-Policy"]')
    assert policy is not None
    assert str(policy["content"]).startswith("default-src 'none'")
    assert not page.select("[style]"), "the policy forbids styles in attributes"
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", html)


def test_a_page_without_anything_claims_nothing() -> None:
    html = dashboard.page(tally_of([FAILED]), DAY).decode()
    text = BeautifulSoup(html, "lxml").get_text()
    assert "没有审核的文件（1）" in text
    assert "0 个单位，1 个文件，0 张表" in text


def test_the_page_stays_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewer.batch.tally._PAGE_FINDINGS", 50)
    few = tuple(finding(n, Severity.INFO) for n in range(40)) + tuple(finding(n) for n in range(40))
    tally = tally_of([filing("甲局", few), filing("乙局", few)])
    data = data_of(dashboard.page(tally, DAY).decode())
    assert len(data["findings"]) == 50
    assert all(row[3] == 0 for row in data["findings"]), "the most severe are kept"
    assert "本页列出最要紧的 50 条（全部 160 条" in dashboard.page(tally, DAY).decode()


def test_parquet_holds_every_row(run: Run, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    summary = run(with_parquet=True)
    tables = {name: pq.read_table(tmp_path / "结果" / "数据" / f"{name}.parquet") for name in parquet.NAMES}
    assert {name: table.num_rows for name, table in tables.items()} == {
        "files": 12,
        "forms": 11,
        "indicators": 55,
        "findings": summary.tally.total.findings,
        "asides": 0,
    }
    assert tables["files"]["status"].to_pylist().count("failed") == 1
    assert set(tables["findings"]["severity"].to_pylist()) <= {"error", "warn", "info"}


def test_money_is_decimal_in_parquet(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    parquet.write({"forms": tmp_path / "f.parquet"}, sample())
    assert pq.read_table(tmp_path / "f.parquet")["budget_wan"].to_pylist() == [Decimal("12.5")] * 3


def test_without_pyarrow_the_rest_is_written(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewer.batch.parquet.is_installed", lambda: False)
    with pytest.raises(ReviewerError, match="需要 pyarrow"):
        run(with_parquet=True)
    assert not (tmp_path / "结果").exists(), "refused before any work"
    summary = run(with_parquet=None, options=Options(select=("QNT202",)))
    assert [path.name for path in summary.written] == ["审核汇总.html", "审核汇总.xlsx"]
