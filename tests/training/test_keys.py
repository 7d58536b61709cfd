"""The engine against every key: what it finds, and whether it takes every reference."""

from functools import lru_cache
from pathlib import Path

import pytest

from reviewer.evals.render_files import render
from reviewer.pipeline import review_filing
from reviewer.readers import read
from reviewer.rules import RULES
from reviewer.training import answering, items, judge
from reviewer.training.items import Item, by_code, catalogue
from reviewer.training.places import accepted
from reviewer.training.scene import view
from reviewer.training.settings import CLEAN, training

# Every test looks at every item: once reviewed is enough.
judge._reviewed = lru_cache(maxsize=2048)(judge._reviewed.__wrapped__)
ITEMS = list(catalogue().values())
FLAWED = [item for item in ITEMS if item.code != CLEAN]


def test_there_are_enough_of_every_trained_code() -> None:
    assert len(ITEMS) >= 300
    counts = {code: len(found) for code, found in by_code().items()}
    assert min(counts.values()) >= 6, counts
    assert counts[CLEAN] >= 50
    assert {item.source for item in ITEMS} == {"form", "altered", "filed"}


def test_every_rule_is_trained_or_said_not_to_be() -> None:
    assert set(training().codes) | set(training().not_trained) == set(RULES)
    assert not set(training().codes) & set(training().not_trained)
    near = {code for settings in training().codes.values() for code in settings.near}
    assert near <= set(RULES)


def test_the_engine_agrees_with_every_key() -> None:
    assert [item.id for item in ITEMS if not judge.agrees(item)] == []


def test_sound_items_are_sound() -> None:
    assert [item.id for item in ITEMS if item.code == CLEAN and judge.report_of(item).findings] == []


def test_every_reference_mends() -> None:
    wrong = {i.id: (m.left, m.fresh) for i in FLAWED if not (m := judge.mend(i, i.reference)).right}
    assert wrong == {}


def test_every_flaw_can_be_marked_named_and_told() -> None:
    for item in FLAWED:
        cells = {path for form in view(item.content) for path in (form.path, *(c.path for c in form.cells))}
        places = accepted(item, judge.key_findings(item))
        assert places, item.id
        assert set(places) <= cells, item.id
        diagnosis = judge.diagnose(item, places[:1], item.code)
        assert diagnosis.found and diagnosis.named, item.id
        offered = judge.choices(item)
        assert len(offered) == len(set(offered)) == 6, item.id
        assert item.code in offered, item.id
        found = {f.code for f in judge.report_of(item).findings}
        assert not (set(offered) - {item.code}) & found, item.id  # what is right as well is never a wrong choice
        told = judge.explain(item)
        assert told.messages and told.reason and told.basis, item.id
        assert "反例" not in told.reason
        assert answering.reference(item), item.id
        assert answering.open_cells(item) or answering.adds_row(item), item.id


def test_sound_items_offer_as_many_choices() -> None:
    assert {len(judge.choices(item)) for item in ITEMS} == {6}


@pytest.mark.parametrize("item", FLAWED[:: len(FLAWED) // 24], ids=lambda item: item.id)
def test_what_is_shown_reads_as_a_file_would(item: Item, tmp_path: Path) -> None:
    path = render(item.content.model_copy(update={"id": "item"}), tmp_path, "csv", "repeated")
    rules = [r for r in RULES.values() if r.scope == "indicator" or r.code == "WRD503"] if item.excerpt else None
    from_file = review_filing(read(path), rules=rules)
    shown = judge.report_of(item)
    assert [(f.code, f.indicator_id) for f in from_file.findings] == [(f.code, f.indicator_id) for f in shown.findings]


def test_the_same_items_every_time() -> None:
    again = {item.id: item for item in [*items._filed(), *items._real(), *items._forms(), *items._clean()]}
    assert again == dict(catalogue())


def test_items_differ() -> None:
    shown = [item.content.model_copy(update={"id": ""}).model_dump_json() for item in ITEMS]
    assert len(set(shown)) >= 0.97 * len(shown)


def test_what_is_left_out_is_not_asked_and_says_why() -> None:
    for name, reason in training().left_out.items():
        assert reason
        assert not [item.id for item in ITEMS if item.id.endswith(name)]
