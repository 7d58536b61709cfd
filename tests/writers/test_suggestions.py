"""Suggestions in reports: what changed is marked, by signs as well as by colour; nothing of the texts is lost."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from reviewer.pipeline import build_report, review_filing
from reviewer.readers import read
from reviewer.records import RowText, Standing
from reviewer.taxonomy import category_of
from reviewer.writers import WRITERS
from reviewer.writers.changes import changes
from reviewer.writers.terminal_suggestions import lines
from reviewer.writers.view import views
from tests.writers.sample import HOSTILE, suggested

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("old", "new", "gone", "came"),
    [
        ("90%", "≥90%", [], ["≥"]),
        ("残疾人家庭的幸福感", "残疾人家庭幸福感提升的受访对象占比", ["的"], ["提升的受访对象占比"]),
        ("稳步提升", "≥【待填】%", ["稳步提升"], ["≥【待填】%"]),
        ("150人", "≥1500人", ["150"], ["≥1500"]),
        ("居家服务水平", "居家服务规范率", ["水平"], ["规范率"]),
        ("", "≥3次", [], ["≥3次"]),
        ("一样", "一样", [], []),
    ],
)
def test_what_changed_is_marked(old: str, new: str, gone: list[str], came: list[str]) -> None:
    before, after = changes(old, new)
    assert [p.text for p in before if p.changed] == gone
    assert [p.text for p in after if p.changed] == came
    assert ("".join(p.text for p in before), "".join(p.text for p in after)) == (old, new)
    assert "".join(p.text for p in before if not p.changed) == "".join(p.text for p in after if not p.changed)


def test_json_has_the_contract_of_a_suggestion() -> None:
    filing = json.loads(WRITERS["json"].write(suggested()))["filings"][0]
    assert filing["engines"] == ["rules", "bank"]
    first, empty, model, _, added = filing["suggestions"]
    wanted = {"indicator_id", "form_id", "current", "proposed", "reason", "source", "standing", "removes", "numbers"}
    assert wanted <= set(first)
    assert (first["standing"], first["removes"], first["numbers"][0]["number"]) == ("safe", ["QNT204"], "200")
    assert first["smart_before"]["total"] < first["smart_after"]["total"] == 10
    assert empty["proposed"] is None
    assert model["extra"][0]["name"] == "验收次数"
    assert (added["indicator_id"], added["form_id"], added["current"]) == (None, "F1", None)
    assert filing["dropped"]["count"] == 1
    assert filing["dropped"]["reasons"][0]["reason"] == "“95”找不到出处"
    assert filing["forms"][0]["indicators"][0]["smart"]["total"] == 9


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_people_see_standing_reason_sources_and_score(name: str) -> None:
    text = WRITERS[name].write(suggested()).decode()
    for words in ("可直接采用", "需确认", "仅供参考", "整行留空", "200+200=400", "指标库", "SMART", "9→10分"):
        assert words in text


def test_a_suggestion_stands_once_and_is_referred_to_elsewhere() -> None:
    report = suggested()
    item = report.filings[0]
    twice = item.findings[4].model_copy(update={"code": "QNT203", "name": "另一条", "message": "又一条。"})
    both = item.suggestions[2].model_copy(update={"removes": ("QNT202", "QNT203")})
    suggestions = tuple(both if s.id == both.id else s for s in item.suggestions)
    item = item.model_copy(update={"findings": (*item.findings, twice), "suggestions": suggestions})
    report = report.model_copy(update={"filings": (item,)})
    for name, words in (("text", "改法：见建议3"), ("markdown", "改法：见建议3"), ("html", ">见建议3</a>")):
        text = WRITERS[name].write(report).decode()
        assert text.count(words) == 1, name
    html = WRITERS["html"].write(report).decode()
    assert html.count('id="s1-3"') == 1


def test_marks_are_not_by_colour_alone_and_words_stay_words() -> None:
    html = WRITERS["html"].write(suggested()).decode()
    assert '<ins><span class="said">加上：</span>≥</ins>200亩' in html
    assert "<script>alert" not in html
    text = WRITERS["text"].write(suggested()).decode()
    assert "[+≥+]200亩" in text
    assert "[-稳步提升-]" in text


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_fit_the_terminal(width: int) -> None:
    shown = [line.text for line in lines(suggested(), width)]
    assert all(cell_len(text) <= width for text in shown)
    joined = re.sub(r"\s+", "", "".join(shown))
    assert re.sub(r"\s+", "", HOSTILE) in joined
    assert "没有给出建议的指标" not in joined  # every row with a finding has one
    assert "另有1条拟改写法没有通过检查" in joined


def test_moved_rows_show_every_changed_column() -> None:
    view = views(suggested())[0].suggestions[3]
    assert view.before is not None
    assert [("".join(p.text for p in c), any(p.changed for p in c)) for c in view.after[0].columns] == [
        ("满意度指标", True),
        ("农民获得感[31m", False),
        ("=不断提高", False),
        ("行业标准", True),
    ]


def test_a_sign_column_is_printed_once() -> None:
    row = RowText(level2="数量指标", name="人数", value="150", nature="≥", unit="人")
    report = suggested()
    item = report.filings[0]
    one = item.suggestions[0].model_copy(
        update={"current": row.model_copy(update={"nature": ""}), "proposed": row, "standing": Standing.CONFIRM}
    )
    item = item.model_copy(update={"suggestions": (one,)})
    view = views(report.model_copy(update={"filings": (item,)}))[0].suggestions[0]
    assert view.before is not None
    assert (view.before.text, view.after[0].text) == ("数量指标｜人数｜150人", "数量指标｜人数｜≥150人")


def test_each_missing_category_has_its_own_suggestions() -> None:
    """A form that lacks cost and satisfaction: no finding is answered by a row for the other one."""
    path = ROOT / "tests/readers/layouts/cost_tables.html"
    report = build_report([review_filing(read(path), engines=("rules", "bank"))])
    (view,) = views(report)
    missing = [f for f in report.filings[0].findings if f.code == "CMP001" and f.form_id == "F1"]
    assert len({f.missing for f in missing}) == len(missing) >= 3
    told = [[s.item.id for s in view.suggested(f)] for f in missing]
    assert sum(map(len, told)) == len({name for names in told for name in names}) > 1
    for finding in missing:
        for suggestion in view.suggested(finding):
            assert suggestion.item.proposed is not None
            assert category_of("", suggestion.item.proposed.level2) in finding.missing
    rows = list(csv.DictReader(io.StringIO(WRITERS["csv"].write(report).decode("utf-8-sig"))))
    fixes = [r["修改建议"] for r in rows if r["代码"] == "CMP001" and r["修改建议"] and r["表"] == rows[0]["表"]]
    assert len(fixes) == len(set(fixes)) > 1
