"""The to-do list of the check page: each task speaks of the right finding."""

from reviewer.rounds.check import check
from reviewer.web.check.routes import _Tasks
from tests.web.test_drawing import SEED, viewed


def test_each_task_has_the_finding_that_speaks_for_it() -> None:
    view, _ = viewed(SEED)
    tasks = _Tasks(view)
    told = [task for step in check(view, None).steps for group in step.groups for task in tasks.of(group)]
    assert [task.todo.number for task in told] == list(range(1, len(told) + 1))
    for task in told:
        finding = view.item.findings[task.number - 1]
        assert finding.code == task.todo.code
        issue = next(i for i in view.issues[finding.form_id] if i.head is finding)
        assert view.places(issue, limit=8) == task.todo.where
        assert not any(line.startswith("……") for line in task.how), "no word of the command line on a page"
    assert len({task.number for task in told}) == len(told)
