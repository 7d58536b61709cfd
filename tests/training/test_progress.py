"""Spacing, mastery and the choice of the next item, with a clock of our own."""

from datetime import UTC, datetime, timedelta

import pytest

from reviewer.training import progress
from reviewer.training.items import by_code
from reviewer.training.progress import Answer, knowledge, masteries, next_code, next_item
from reviewer.training.settings import CLEAN, training

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def answer(code: str, at: datetime, *, found: bool = True, named: bool = True, fixed: bool | None = True) -> Answer:
    return Answer(item=f"{code}.x", code=code, found=found, named=named, fixed=fixed, at=at)


def wrong(code: str, at: datetime) -> Answer:
    return answer(code, at, found=False, named=False, fixed=False)


def test_ratings() -> None:
    assert answer("QNT201", START).rating == 3
    assert answer("QNT201", START, named=False).rating == 2
    assert wrong("QNT201", START).rating == 1
    assert answer(CLEAN, START, fixed=None).rating == 3
    assert answer(CLEAN, START, found=False, fixed=None).rating == 1
    assert answer("QNT201", START, fixed=False).points == pytest.approx(2 / 3)


def test_what_is_known_comes_back_later_and_later() -> None:
    given: list[Answer] = []
    now, waits = START, []
    for _ in range(5):
        given.append(answer("QNT201", now))
        due = knowledge(given, now).due("QNT201")
        assert due is not None
        waits.append(due - now)
        now = due
    assert waits == sorted(waits)
    assert waits[0] >= DAY
    assert waits[-1] > 5 * waits[0]
    assert waits[-1] <= training().progress.longest_days * DAY
    again = knowledge([*given, wrong("QNT201", now)], now)
    due = again.due("QNT201")
    assert due is not None
    assert due - now == timedelta(minutes=training().progress.relearning_minutes[0])


def test_the_same_answers_give_the_same_dates() -> None:
    given = [answer("QNT201", START), wrong("QNT201", START + DAY), answer("QNT201", START + 3 * DAY)]
    now = START + 4 * DAY
    assert knowledge(given, now).due("QNT201") == knowledge(given, now).due("QNT201")
    assert knowledge(given, now).retrievability("QNT201") == knowledge(given, now).retrievability("QNT201")


def test_a_clock_set_back_takes_nothing_away() -> None:
    given = [answer("QNT201", START), answer("QNT202", START - 400 * DAY)]
    known = knowledge(given, START - 400 * DAY)
    assert known.state("QNT201") == "learning"
    assert not known.is_due("QNT201")
    due = known.due("QNT201")
    assert due is not None
    assert known.now < due < known.now + 10 * DAY  # by the clock of today


def test_a_clock_that_ran_ahead_does_not_freeze_the_schedule() -> None:
    far = datetime(2099, 1, 1, tzinfo=UTC)
    given = [answer("QNT201", START), answer("QNT202", far), answer("QNT207", START + DAY)]
    known = knowledge(given, START + DAY)
    longest = timedelta(days=training().progress.longest_gap_days)
    assert known.effective == START + longest
    assert known.is_due("QNT201")
    assert not known.is_due("QNT207")
    later = knowledge(given, START + 30 * DAY)
    assert later.is_due("QNT207")


def test_mastery_needs_several_good_answers() -> None:
    given = [answer("QNT201", START + n * DAY) for n in range(2)]
    assert knowledge(given, START + 2 * DAY).state("QNT201") == "learning"
    given.append(answer("QNT201", START + 2 * DAY))
    assert knowledge(given, START + 3 * DAY).state("QNT201") == "mastered"
    given += [wrong("QNT201", START + 4 * DAY)] * 2
    assert knowledge(given, START + 5 * DAY).state("QNT201") == "learning"


def test_one_in_every_block_has_nothing_wrong_and_not_always_the_same() -> None:
    given: list[Answer] = []
    places = []
    every = training().progress.clean_every
    for n in range(20 * every):
        code = next_code(knowledge(given, START + n * timedelta(minutes=1)))
        if code == CLEAN:
            places.append((n // every, n % every))
        given.append(answer(code, START + n * timedelta(minutes=1), fixed=None if code == CLEAN else True))
    assert [block for block, _ in places] == list(range(20))
    assert len({place for _, place in places}) == every


def test_not_too_much_at_once_and_what_is_due_first() -> None:
    given = [wrong(code, START) for code in list(training().codes)[:5]]
    soon = knowledge(given, START + timedelta(minutes=1))
    assert next_code(soon) in [*list(training().codes)[:5], CLEAN]  # nothing new while five are in learning
    later = knowledge(given, START + timedelta(hours=1))
    assert next_code(later) in [*list(training().codes)[:4], CLEAN]  # the last one is not asked twice running
    fresh = knowledge([], START)
    assert next_code(fresh) in ("QNT201", CLEAN)


def test_new_items_before_known_ones_and_easy_ones_first() -> None:
    known = knowledge([], START)
    first = next_item(known, "QNT205")
    assert first is not None
    assert first.level == 1
    again = knowledge([answer("QNT205", START).model_copy(update={"item": first.id})], START)
    second = next_item(again, "QNT205")
    assert second is not None
    assert second.id != first.id


def test_an_item_that_this_machine_judges_otherwise_is_not_asked() -> None:
    known = knowledge([], START)
    items = by_code()["QNT205"]
    only = items[3]
    assert next_item(known, "QNT205", agrees=lambda item: item.id == only.id) == only
    assert next_item(known, "QNT205", agrees=lambda item: False) is None


def test_all_rules_are_listed() -> None:
    listed = masteries(knowledge([], START))
    assert [m.code for m in listed] == [*training().codes, CLEAN]
    assert {m.state for m in listed} == {"new"}
    assert set(progress.STATE_WORDS) == set(progress.STATE_SIGNS)


def test_a_thousand_days_of_answers_are_replayed_quickly() -> None:
    codes = list(training().codes)
    given = [answer(codes[n % len(codes)], START + n * timedelta(hours=2)) for n in range(3000)]
    known = knowledge(given, START + 300 * DAY)
    assert len(known.cards) == len(codes)
    assert all(card.due.tzinfo is not None for card in known.cards.values())
