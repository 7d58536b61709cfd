"""Bank entries beside the indicators of a filing."""

from reviewer.matching.beside import matches_for, sector_of
from reviewer.records import Filing, Form, FormKind, Indicator
from reviewer.taxonomy import category_of


def _filing(*rows: tuple[str, str]) -> Filing:
    indicators = tuple(
        Indicator(id=f"F1.{n}", level2=level2, category=category_of("", level2), name=name, value="≥1")
        for n, (level2, name) in enumerate(rows, 1)
    )
    form = Form(id="F1", kind=FormKind.PROJECT, project="残疾儿童康复救助和残疾人托养", indicators=indicators)
    return Filing(source="a.csv", format="csv", org="某县残疾人联合会", forms=(form,))


def test_same_meaning_is_found_with_reason_and_citation() -> None:
    found = matches_for(_filing(("满意度指标", "服务对象满意度")))
    best = found["F1.1"][0]
    assert best.same
    assert best.level2 == "满意度指标"
    assert best.reasons
    assert best.id in best.citation


def test_entries_stay_within_the_filed_category() -> None:
    found = matches_for(_filing(("数量指标", "参训人数"), ("质量指标", "培训合格率")))
    assert {m.level2 for m in found["F1.1"]} == {"数量指标"}
    assert {m.level2 for m in found["F1.2"]} == {"质量指标"}


def test_nothing_near_gives_nothing() -> None:
    assert matches_for(_filing(("数量指标", "无"))) == {}


def test_sector_is_told_by_words_of_its_own() -> None:
    assert sector_of(_filing(("数量指标", "残疾儿童康复人数")).forms[0], "某县残疾人联合会") == "残疾人事业"
    assert sector_of(Form(id="F1", kind=FormKind.PROJECT, project="专项经费"), "某局") is None
