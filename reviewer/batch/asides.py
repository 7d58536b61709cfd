"""Waivers that hold for all files of a batch, and are of no use to any."""

from collections.abc import Iterator
from pathlib import Path

from reviewer.batch.records import StaleRow
from reviewer.batch.tally import Tally
from reviewer.batch.worker import Setup


def stale_for_all(setup: Setup, tally: Tally) -> Iterator[StaleRow]:
    """Of the waivers for all, those that have expired or that set nothing aside in any file.

    Args:
        setup: of the run.
        tally: all files were added.
    """
    from reviewer.pipeline import select_rules
    from reviewer.rounds.decisions import load_decisions

    ran = {rule.code for rule in select_rules(setup.options.select, setup.options.ignore)}
    for place in map(Path, setup.options.waivers):
        for waiver in load_decisions(place, must_exist=True).waivers:
            until = waiver.until.isoformat() if waiver.until else ""
            if waiver.until is not None and waiver.until < setup.day:
                why = f"已于{until}到期，意见恢复计入"
            elif waiver.code not in ran or (waiver.code, waiver.reason, waiver.reviewer, until) in tally.waived:
                continue
            else:
                why = "没有一个文件有对应的意见：问题已经改掉，或原文已经变动"
            said = {"code": waiver.code, "form": waiver.form, "text": waiver.text, "reviewer": waiver.reviewer}
            yield StaleRow(source=place.name, **said, why=why)
