"""CSV, HTML, Markdown, text and JSON files as people save them, good and bad."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.errors import ReviewerError, UnreadableFileError
from reviewer.readers import read
from reviewer.readers.text import dump_grid, is_dump

TABLE = [
    ["2024年项目支出绩效目标表", "", "", ""],
    ["项目名称", "校园“明厨亮灶”", "预算单位", "某区教育局"],
    ["年度绩效目标", "建成30个阳光厨房", "", ""],
    ["一级指标", "二级指标", "三级指标", "指标值"],
    ["产出指标", "数量指标", "阳光厨房", "≥30个"],
    ["效益指标", "社会效益指标", "家长知晓率", "≥90%"],
]
ROWS = [("数量指标", "阳光厨房", "≥30个"), ("社会效益指标", "家长知晓率", "≥90%")]


def rows(path: Path) -> list[tuple[str, str, str]]:
    return [(r.level2, r.name, r.value) for f in read(path).forms for r in f.indicators]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("suffix", "delimiter"), [(".csv", ","), (".csv", ";"), (".csv", "\t"), (".tsv", "\t")])
def test_csv(tmp_path: Path, encoding: str, suffix: str, delimiter: str) -> None:
    path = tmp_path / f"a{suffix}"
    text = "\r\n".join(delimiter.join(row) for row in TABLE)
    path.write_bytes(text.encode(encoding))
    assert rows(path) == ROWS
    assert read(path).forms[0].project == "校园“明厨亮灶”"


def test_csv_cell_with_line_break_and_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        '年度绩效目标,"一、甲，\n二、乙"\n项目名称,丙\n二级指标,三级指标,指标值\n数量指标,"丁""戊""",3个\n', "utf-8"
    )
    form = read(path).forms[0]
    assert form.objectives[0].text == "一、甲，\n二、乙"
    assert form.indicators[0].name == '丁"戊"'
    place = form.indicators[0].cells["value"]
    assert (place.file, place.row, place.column, place.text) == ("a.csv", 4, 3, "3个")


def test_html_bytes_in_gb2312_entities_and_nested_table(tmp_path: Path) -> None:
    inner = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in TABLE)
    page = (
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'><style>td{}</style>"
        "<script>var 指标='x';</script></head><body><table><tr><td>导航</td><td>"
        f"<table>{inner}</table></td></tr></table></body></html>"
    ).replace("≥", "&ge;")
    path = tmp_path / "a.html"
    path.write_bytes(page.encode("gb18030"))
    assert rows(path) == ROWS
    assert [u.text for u in read(path).unread] == ["导航"]


def test_html_never_opens_other_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", "utf-8")
    inner = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in TABLE)
    path = tmp_path / "a.html"
    path.write_text(
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><table>{inner}<tr><td>&x;</td></tr></table>', "utf-8"
    )
    assert "机密" not in read(path).model_dump_json()


def test_html_deeply_nested(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    inner = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in TABLE)
    path.write_text(f"<table>{inner}</table>" + "<div>" * 30000 + "<table><tr><td>" * 200, "utf-8")
    assert rows(path) == ROWS


def test_html_huge_spans(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    inner = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in TABLE)
    path.write_text(f"<table>{inner}<tr><td rowspan=99999999 colspan=0>注：无</td></tr></table>", "utf-8")
    assert rows(path) == ROWS


@pytest.mark.parametrize("bar", ["|", "｜", "│"])
def test_pasted_pipe_table(tmp_path: Path, bar: str) -> None:
    path = tmp_path / "a.txt"
    lines = [bar + bar.join(f" {c} " for c in row) + bar for row in TABLE]
    path.write_text("\n".join([lines[0], "+----+----+----+----+", *lines[1:]]), "utf-8")
    assert rows(path) == ROWS


def test_markdown_without_table_is_pasted_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("\n".join("\t".join(row) for row in TABLE), "utf-8")
    assert rows(path) == ROWS


def test_dump_joins_a_row_that_a_blank_line_split() -> None:
    header = ["\t支出内容简介", "\t支出明细", "\t金额", "\t测算依据", ""]
    split = ["\t", "\t器材", "", "\t12", "\t3套×4万元", ""]
    end = ["\t合  计", "\t12", "\t", "", "\t单位负责人签字：", "", "", "填表人：", ""]
    text = "\n".join([*header, *split, *end])
    assert is_dump(text)
    got: dict[int, list[str]] = {}
    for cell in dump_grid("a.txt", text).cells:
        got.setdefault(cell.row, []).append(cell.text.strip())
    assert list(got.values())[1:3] == [["", "器材", "12", "3套×4万元"], ["合  计", "12", ""]]
    assert len(got) == 4


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "空"),
        ("a.csv", b"  \r\n \n", "空"),
        ("a.csv", "甲,乙\n丙,丁\n".encode(), "没有找到绩效目标表"),
        ("a.html", b"<html></html>", "没有找到绩效目标表"),
        ("a.txt", "这是一封信。\n没有表。".encode(), "没有找到绩效目标表"),
        ("a.md", b"# x\n\ntext\n", "没有找到绩效目标表"),
        ("a.json", b"{", "不是有效的 JSON"),
        ("a.json", b"[1]", "最外层"),
        ("a.json", b'{"forms": []}', "forms"),
        ("a.json", b'{"forms": [{"id": "F1", "kind": "x"}]}', "forms.0.kind"),
        ("a.json", b'{"forms": [{"kind": "project"}]}', "forms.0.id：缺少这个键"),
        ("a.json", b'{"forms": [{"id": "F1", "kind": "project", "colour": 1}]}', "forms.0.colour：没有这个键"),
        ("a.json", b'{"forms": [{"id": "F1", "kind": "project"}, {"id": "F1", "kind": "project"}]}', "重复的编号"),
        ("a.json", b"[" * 100000, "JSON"),
    ],
)
def test_bad_input(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError) as error:
        read(path)
    assert says in str(error.value)
    assert error.value.remedy


def test_unclosed_quotation_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(row) for row in TABLE) + '\n"' + "长" * 5_000_000, "utf-8")
    with pytest.raises(ReviewerError, match="引号"):
        read(path)


def test_json_gives_the_same_filing(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("\n".join(",".join(row) for row in [*TABLE, ["", "", "", "", "", "漏网"]]), "utf-8")
    filing = read(source)
    dumped = tmp_path / "b.json"
    dumped.write_text(filing.model_dump_json(), "utf-8")
    assert read(dumped) == filing
    assert json.loads(dumped.read_text("utf-8"))["unread"]


def test_csv_and_json_load_no_heavy_library(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("\n".join(",".join(row) for row in TABLE), "utf-8")
    dumped = tmp_path / "b.json"
    dumped.write_text(read(source).model_dump_json(), "utf-8")
    code = (
        "import sys; from reviewer.readers import read\n"
        f"read({str(source)!r}); read({str(dumped)!r})\n"
        "heavy = {'jieba', 'openai', 'langchain', 'docx', 'openpyxl', 'pdfplumber', 'lxml', 'bs4', 'markdown_it'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
