"""Rows of public filings name neither the unit that filed them nor its places, and no person."""

import re

from reviewer.evals.content import FormContent, RowContent
from reviewer.llm.redaction import Redactor as Privacy
from reviewer.training.filed import _content, _lines
from reviewer.training.items import catalogue
from reviewer.training.judge import report_of
from reviewer.training.redaction import Redactor
from reviewer.training.scene import view

PUBLIC = [item for item in catalogue().values() if item.source != "form"]


def words_of_items() -> dict[str, str]:
    texts = {}
    for item in PUBLIC:
        cells = [cell.text for form in view(item.content) for cell in form.cells]
        reference = [str(edit.value) for edit in item.reference]
        texts[item.id] = "\n".join([*cells, *reference, *item.others])
    return texts


def test_no_unit_and_no_place_of_a_public_filing_is_left() -> None:
    contents = [_content(line.data["filing"]).model_dump() for line in _lines("suggestions")]
    for name in ("real-dev", "real-fresh"):
        contents += [line.data["content"] for line in _lines(name)]
    places: set[str] = set()
    for content in contents:
        found = re.findall(r"([一-龥]{2,5}?)(?:自治区|省|市|县|区|镇|乡)", content.get("region") or "")
        places |= set(found)
    places -= {"民族"}
    assert len(places) > 40
    texts = words_of_items()
    left = {(key, place) for key, text in texts.items() for place in places if place in text}
    assert left == set()
    assert all(item.content.forms[0].org == "某单位" for item in PUBLIC)


def test_no_person_is_named() -> None:
    for item in PUBLIC:
        privacy = Privacy()
        for form in view(item.content):
            for cell in form.cells:
                privacy.hide(cell.text)
        assert privacy.taken == {}, item.id
    assert report_of(PUBLIC[0]).filing.org == "某单位"


def test_names_are_replaced_where_they_stand() -> None:
    redactor = Redactor("123-青岭县水利局", "某国青岭县白石镇")
    assert redactor.text("青岭县农业水价改革") == "某县农业水价改革"
    assert redactor.text("白石镇入股合作社个数") == "某镇入股合作社个数"
    assert redactor.text("青岭工业园") == "某工业园"
    form = FormContent(
        kind="project",
        project="20240001-青岭县水库维修",
        columns=("level1", "level2", "name", "value", "weight"),
        rows=(RowContent(level1="产出指标", level2="数量指标", name="青岭水库维修数量", value="≥3座", weight="10"),),
    )
    cut = redactor.form(form, [0], "节选")
    assert cut.project == "某县水库维修"
    assert cut.rows[0].name == "某水库维修数量"
    assert cut.rows[0].weight is None
    assert "weight" not in cut.columns
