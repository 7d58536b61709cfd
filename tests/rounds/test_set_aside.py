"""What does not count is said where nobody can miss it, is not taken for mended, and opens no gate."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from docx import Document

from reviewer.cli import main
from reviewer.rounds.decisions import Decisions, Waiver, beside, save_decisions

NOTICE = "注意：1 条意见没有计入（其中必须修改 1 条）：张三豁免 1 条。"
WAIVER = Waiver(code="QNT202", form="残疾人事业补助", text="居家服务水平", reason="上级下达", reviewer="张三")


@pytest.fixture
def waived(word: Path) -> Path:
    save_decisions(beside(word), Decisions(file=word.name, waivers=(WAIVER,)))
    return word


@pytest.fixture
def nearly_clean(tmp_path: Path) -> Path:
    """A filing with one error, and a decision filed beside it that waives it."""
    path = tmp_path / "小表.csv"
    rows = ("一级指标,二级指标,三级指标,指标值", "产出指标,质量指标,培训合格情况,稳步提升")
    path.write_text("\n".join(rows), encoding="utf-8")
    found = tmp_path / "报告.json"
    assert main(["review", str(path), "--no-match", "--output", str(found)]) == 1
    report = json.loads(found.read_text("utf-8"))["filings"][0]
    errors = {f["code"] for f in report["findings"] if f["severity"] == "error"}
    save_decisions(
        beside(path), Decisions(waivers=tuple(Waiver(code=c, reason="自行豁免", reviewer="填报人") for c in errors))
    )
    return path


@pytest.mark.parametrize("kind", ["text", "html", "markdown", "sarif"])
def test_every_report_says_it_first(kind: str, waived: Path, tmp_path: Path) -> None:
    target = tmp_path / "报告"
    assert main(["review", str(waived), "--format", kind, "--no-match", "--output", str(target)]) == 1
    text = "".join(target.read_text("utf-8").split())
    place = text.index("".join(NOTICE.split()))
    first = text.find("居家服务水平")
    assert kind == "sarif" or place < first, "before the findings"


def test_json_csv_and_junit_list_them(waived: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind in ("json", "csv", "junit"):
        assert main(["review", str(waived), "--format", kind, "--no-match", "--output", str(tmp_path / kind)]) == 1
    assert NOTICE in capsys.readouterr().err
    (aside,) = json.loads((tmp_path / "json").read_text("utf-8"))["filings"][0]["aside"]
    assert aside["reviewer"] == "张三"
    assert "不计入：豁免（张三：上级下达）" in (tmp_path / "csv").read_text("utf-8-sig")
    skipped = [item.get("message") or "" for item in ElementTree.parse(tmp_path / "junit").iter("skipped")]
    assert any("1 条意见不计入：不计入（豁免（张三：上级下达））" in text for text in skipped)


def test_check_annotate_and_letter_say_it(waived: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(waived)]) == 1
    assert "".join(NOTICE.split()) in "".join(capsys.readouterr().out.split())
    assert main(["check", str(waived), "--output", str(tmp_path / "查.html")]) == 1
    assert NOTICE in (tmp_path / "查.html").read_text("utf-8")
    done = tmp_path / "批注.docx"
    assert main(["annotate", str(waived), "--output", str(done)]) == 1
    comments = "\n".join(c.text for c in Document(str(done)).comments)
    assert NOTICE in comments and comments.count("（QNT202）") == 4
    assert main(["annotate", str(waived), "--no-decisions", "--force", "--output", str(done)]) == 1
    assert "\n".join(c.text for c in Document(str(done)).comments).count("（QNT202）") == 5
    letter = tmp_path / "意见书.html"
    assert main(["letter", str(waived), "--output", str(letter)]) == 1
    assert "豁免（张三：上级下达）" in letter.read_text("utf-8")


def test_a_rejected_suggestion_does_not_come_back(word: Path, tmp_path: Path) -> None:
    assert main(["decide", str(word), "F1.5/confirm", "reject", "--reason", "口径不同", "--reviewer", "张三"]) == 0
    for extra, there in (([], False), (["--no-decisions"], True)):
        target = tmp_path / "建议.json"
        assert main(["suggest", str(word), *extra, "--output", str(target)]) == 0
        ids = {s["id"] for s in json.loads(target.read_text("utf-8"))["filings"][0]["suggestions"]}
        assert ("F1.5/confirm" in ids) is there


def test_the_gate_takes_no_decisions_filed_with_the_form(
    nearly_clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = ["review", str(nearly_clean)]
    assert main(review) == 0
    assert "填报人豁免" in capsys.readouterr().out
    assert main([*review, "--watch", "gate"]) == 1
    printed = capsys.readouterr()
    assert "没有用 小表.csv.decisions.yaml" in printed.err and "自行豁免" not in printed.out
    assert main([*review, "--watch", "gate", "--decisions"]) == 0
    assert main([*review, "--watch", "gate", "--waivers", str(beside(nearly_clean))]) == 0
    assert main([*review, "--watch", "warn", "--no-decisions"]) == 0
    assert main([*review, "--no-decisions"]) == 1


def test_warn_does_not_hide_what_could_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(b"no document")
    assert main(["review", str(path), "--watch", "warn"]) == 2


def test_a_waiver_beside_the_second_round_does_not_mend_anything(
    word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = Path(shutil.copy(word, tmp_path / "二稿.docx"))
    save_decisions(beside(new), Decisions(waivers=(WAIVER,)))
    target = tmp_path / "对照.json"
    assert main(["compare", str(word), str(new), "--output", str(target)]) == 1
    counts = json.loads(target.read_text("utf-8"))["counts"]
    assert counts["fixed"] == 0 and counts["aside"] == 1
    assert main(["compare", str(word), str(new)]) == 1
    told = capsys.readouterr().out
    assert "不计入 1" in told and "".join(NOTICE.split()) in "".join(told.split())
    assert main(["compare", str(word), str(new), "--output", str(tmp_path / "对照.html")]) == 1
    assert NOTICE in (tmp_path / "对照.html").read_text("utf-8")
    assert main(["compare", str(word), str(new), "--no-decisions", "--output", str(target)]) == 1
    assert json.loads(target.read_text("utf-8"))["counts"]["aside"] == 0


def test_a_letter_that_a_person_may_have_edited_is_not_lost(
    word: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "意见书.docx"
    target.write_bytes(b"edited by hand")
    assert main(["letter", str(word), "--output", str(target)]) == 2
    assert "没有覆盖" in capsys.readouterr().err and target.read_bytes() == b"edited by hand"
    assert main(["compare", str(word), str(word), "--output", str(target)]) == 2
    assert target.read_bytes() == b"edited by hand"
    assert main(["letter", str(word), "--output", str(target), "--force"]) == 1
    assert target.read_bytes() != b"edited by hand"
