"""Before handing in: a light, what to do in order, how to write it well, and what was cleared since the last check."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from reviewer.records import Finding
from reviewer.rounds.check import LIGHT_WORDS, Group, Todo
from reviewer.web.check.examples import examples, right_examples
from reviewer.web.deps import Me, Work
from reviewer.web.help.guide import rule_pages
from reviewer.web.pages import render
from reviewer.web.problems import NotFoundError
from reviewer.writers.view import FilingView

router = APIRouter()


@dataclass(frozen=True)
class Task:
    """One thing to do, with the finding that speaks for it.

    Attributes:
        how: rewrites to take up; ``more``: there are others, which the workbench shows.
        number: place of the finding in the report, from 1.
    """

    todo: Todo
    how: tuple[str, ...]
    more: bool
    number: int


@router.get("")
def index(request: Request, actor: Me, services: Work) -> Response:
    """Where a file is dropped, and what was checked lately."""
    limits = request.app.state.settings.limits.upload
    drafts = [filing for filing in services.filings.all(actor, state="draft") if filing.next is None]
    return render(request, "check/index.html", limits=limits, suffixes=services.filings.suffixes(), drafts=drafts[:20])


@router.get("/{filing_id}")
def page(request: Request, actor: Me, services: Work, filing_id: str) -> Response:
    """The light of one filing, and what to do."""
    work, view, done = services.checks.check(actor, filing_id)
    limits = request.app.state.settings.limits.upload
    tasks = _Tasks(view)
    return render(
        request,
        "check/page.html",
        filing=work.filing,
        done=done,
        light_words=LIGHT_WORDS,
        steps=[(step, [(group, tasks.of(group)) for group in step.groups]) for step in done.steps],
        changed=len(work.rewrites),
        limits=limits,
        suffixes=services.filings.suffixes(),
    )


@router.get("/{filing_id}/examples/{number}")
def how(request: Request, actor: Me, services: Work, filing_id: str, number: int) -> Response:
    """How to write the row of a finding well."""
    _, view, _ = services.checks.check(actor, filing_id)
    if not 1 <= number <= len(view.item.findings):
        raise NotFoundError("没有这条意见", "", "刷新后再试")
    finding = view.item.findings[number - 1]
    return render(
        request,
        "check/examples.html",
        finding=finding,
        page=rule_pages()[finding.code],
        right=right_examples(finding.code),
        examples=examples(view, finding),
        place=view.place(finding),
        filing_id=filing_id,
    )


class _Tasks:
    """Finds the finding that speaks for a task: by its form, its code and its place."""

    def __init__(self, view: FilingView) -> None:
        self._numbers = {id(finding): number for number, finding in enumerate(view.item.findings, 1)}
        self._heads: dict[tuple[str, str], list[tuple[str, Finding]]] = {}
        for form_id, issues in view.issues.items():
            title = view.form_title(form_id)
            for issue in issues:
                told = (view.places(issue, limit=8), issue.head)
                self._heads.setdefault((title, issue.head.code), []).append(told)

    def of(self, group: Group) -> list[Task]:
        """The tasks of a form."""
        return [self._task(group, todo) for todo in group.todos]

    def _task(self, group: Group, todo: Todo) -> Task:
        how = tuple(line for line in todo.how if not line.startswith("……"))
        heads = self._heads[group.title, todo.code]
        head = next((head for where, head in heads if where == todo.where), heads[0][1])
        return Task(todo, how, len(how) < len(todo.how), self._numbers[id(head)])
