"""Before handing in, and after: the light with what to do, the second round."""

import json
from typing import Any

from reviewer.rounds.check import Checked
from reviewer.rounds.check import check as examine
from reviewer.rounds.compare import Comparison, compare
from reviewer.rounds.compare_text import as_json, counts_in_words, heading
from reviewer.rounds.memory import Remembered
from reviewer.web.actor import Actor
from reviewer.web.services.exports import ExportService
from reviewer.web.services.work import WorkService
from reviewer.web.services.working import Working
from reviewer.writers.view import FilingView, views


class CheckService:
    """Checks of one filing, and of two rounds."""

    def __init__(self, work: WorkService, exports: ExportService) -> None:
        self._work, self._exports = work, exports

    def check(self, actor: Actor, filing_id: str) -> tuple[Working, FilingView, Checked]:
        """A filing before it is handed in: light, steps, and what was cleared since the round before.

        Raises:
            NotFoundError: there is none that the person may see, or it was not read.
        """
        work = self._work.open(actor, filing_id)
        last = None
        if work.filing.previous is not None:
            before = self._work.open(actor, work.filing.previous)
            when = before.filing.created.astimezone().isoformat(timespec="seconds")
            last = Remembered(when=when, report=before.base)
        (view,) = views(work.settled)
        return work, view, examine(view, last)

    def told(self, actor: Actor, filing_id: str) -> dict[str, Any]:
        """The same for programs."""
        from reviewer.rounds.check_text import as_json as check_json

        _, view, done = self.check(actor, filing_id)
        found: dict[str, Any] = json.loads(check_json(done, view))
        return found

    def compare(self, actor: Actor, filing_id: str) -> tuple[Comparison, FilingView, FilingView]:
        """This round beside the one before: comparison, the earlier filing, this one.

        Raises:
            NotFoundError: see ``check``, or there is no earlier round.
        """
        old, new = self._exports.rounds(actor, self._work.open(actor, filing_id))
        return compare(old.item, new.item), old, new

    def compared(self, actor: Actor, filing_id: str) -> dict[str, Any]:
        """The same for programs."""
        comparison, _, _ = self.compare(actor, filing_id)
        found: dict[str, Any] = json.loads(as_json(comparison))
        return {"heading": heading(comparison), "counts_words": counts_in_words(comparison), **found}
