"""The tasks that a form names in its cost lines and goal texts, and which of them no indicator covers (REL301)."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from reviewer.matching.terms import pairs, pieces, with_synonyms, without_documents
from reviewer.records import CostLine, Form, Indicator
from reviewer.records.target import TargetValue
from reviewer.taxonomy import words
from reviewer.text import parse_amount, parse_value, squash
from reviewer.text.vocabulary import unit_class

_TOTAL = re.compile(r"(?:合计|总计|小计|共计|总额|合计金额)[:：]?")
_FEE = re.compile(r"(?:等)?(?:购置|采购|购买)?(?:费用|经费|支出|费|款|等){1,6}$")
# Where a goal text falls into clauses: sentence marks, commas not inside 1,200, numbering.
_CLAUSE = re.compile(
    r"[。；;\n！!?？]|(?<!\d)[,，](?!\d{3})|\d{1,2}[、.．)）](?!\d)|[(（]\d{1,2}[)）]"
    r"|[一二三四五六七八九十][、.．]|[①-⑳]"
)
_WITH_MONEY = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,16})[:：]?(?P<amount>\d+(?:\.\d+)?(?:万元|亿元|元|万))(?![/×*每人])"
)
_COUNT = re.compile(r"(?<!\d)(\d{1,24}(?:\.\d{1,12})?)(万)?([\u4e00-\u9fff㎡]{1,3})")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_LIST = re.compile(r"[、，,；;]")
# Of the project's money, what a line must take for its lack of an indicator to weigh on its own: our convention.
WEIGHTY = Decimal("0.02")
_COUNTED = ("people", "households", "times", "length", "area", "volume", "countable")


@dataclass(frozen=True)
class Task:
    """A task that a form names.

    Attributes:
        text: the words of the form.
        source: where they stand (``支出明细``, ``测算依据``, ``年度绩效目标`` …).
        amount: money of the line in 万元, None for goals.
        strong: it weighs on its own: a line with a real share of the money, or a clause that sets to do something.
        line: id of the cost line, "" for goals.
    """

    text: str
    source: str
    amount: Decimal | None = None
    strong: bool = False
    line: str = ""


def uncovered_tasks(form: Form, org: str) -> list[Task]:
    """Tasks of ``form`` of which no indicator's name, value or note says a distinctive word or the same count.

    Args:
        form: a form with cost lines or goal texts.
        org: the unit's name; words of its sector (残疾人, 农业) do not tell one task from another.

    Returns:
        The tasks in the order of the form, cost lines first; empty when each is covered or none was named.
    """
    finder = _Finder(form, org)
    return [*finder.cost_tasks(), *finder.goal_tasks()]


def has_tasks(form: Form) -> bool:
    """Whether the form prints anything that could name a task."""
    return any(o.text.strip() for o in form.objectives) or any(_label(line) for line in form.cost_lines)


class _Finder:
    def __init__(self, form: Form, org: str) -> None:
        self._form = form
        texts = [f"{i.name} {i.value} {i.note or ''}" for i in form.indicators]
        self._corpus = with_synonyms("\n".join(squash(t) for t in texts))
        self._counts = _indicator_counts(form.indicators)
        quantities = "\n".join(squash(i.name) for i in form.indicators if i.category == "数量指标")
        self._kinds = tuple(kind for kind in words("task_kinds") if kind in quantities)
        self._lines = [line for line in form.cost_lines if _label(line) and not _TOTAL.fullmatch(_label(line))]
        self._theme = self._theme_pairs(org)
        self._project = pairs(pieces(form.project)) if not re.search("[、和及与]", form.project) else frozenset()

    def _theme_pairs(self, org: str) -> frozenset[str]:
        """Pairs that name the sector or the people served, not a task: of the unit's name, or in most lines."""
        seen = Counter(pair for line in self._lines for pair in pairs(pieces(_label(line))))
        common = {pair for pair, n in seen.items() if n >= 2 and 2 * n >= len(self._lines)}
        return frozenset(common) | pairs(pieces(org))

    def _distinctive(self, text: str) -> frozenset[str]:
        return pairs(pieces(text)) - self._theme

    def _covered(self, text: str, counts: Iterable[tuple[str, Decimal]] = ()) -> bool:
        """Whether an indicator speaks of ``text``; what has no words of its own counts as covered."""
        own = self._distinctive(text)
        if not own or self._counts & set(counts) or any(kind in text for kind in self._kinds):
            return True
        found = with_synonyms("".join(without_documents(text)))
        groups = pairs(p for p in found.split(" ")[1:])  # synonyms of the task's own words
        return any(pair in self._corpus for pair in own | (groups - self._theme if groups else frozenset()))

    def _whole_project(self, text: str) -> bool:
        """Whether ``text`` only names the project itself: every output indicator is about it then."""
        own = self._distinctive(text)
        return bool(own) and 2 * len(own & self._project) >= len(own)

    def cost_tasks(self) -> list[Task]:
        if len(self._lines) < 2:
            return self._parts(self._lines)
        total = sum((line.amount.wan or Decimal(0) for line in self._lines), Decimal(0))
        found = []
        for line in self._lines:
            label = _label(line)
            if _is_overhead(line) or self._covered(label, self._line_counts(line)):
                found += self._parts([line])
                continue
            share = (line.amount.wan or Decimal(0)) / total if total else Decimal(0)
            found.append(Task(label, "支出明细", line.amount.wan, share >= WEIGHTY, line.id))
        return self._spared(found)

    def _line_counts(self, line: CostLine) -> set[tuple[str, Decimal]]:
        """Counts in the line's basis, and their sum over the lines of the same content (24台 and 36台 of 设备购置)."""
        counts = _counts(f"{line.detail},{line.calculation_basis}")
        if not squash(line.content):
            return counts
        sums: dict[str, Decimal] = {}
        for other in self._lines:
            if squash(other.content) == squash(line.content):
                for kind, value in _counts(f"{other.detail},{other.calculation_basis}"):
                    sums[kind] = sums.get(kind, Decimal(0)) + value
        return counts | set(sums.items())

    def _parts(self, lines: Iterable[CostLine]) -> list[Task]:
        """Parts of a line's basis with money of their own: 服药补贴10万，辅具10万."""
        found = []
        budget = self._form.budget.wan if self._form.budget else None
        for line in lines:
            text = without_documents(line.calculation_basis)
            for match in _WITH_MONEY.finditer(text):
                name, amount = match["name"], parse_amount(match["amount"]).wan
                if amount is None or _ends_as_overhead(name) or self._covered(name) or self._whole_project(name):
                    continue
                whole = budget or line.amount.wan
                weighty = bool(whole) and amount / (whole or Decimal(1)) >= WEIGHTY
                found.append(Task(name, "测算依据", amount, weighty, line.id))
        return found

    def _spared(self, tasks: list[Task]) -> list[Task]:
        """Without the largest lines, one for each 数量 row that names the sector only (道路里程 beside 道路硬化)."""
        rows = [i for i in self._form.indicators if i.category == "数量指标"]
        bare = sum(1 for i in rows if pieces(i.name) and not self._distinctive(i.name))
        spared = sorted(tasks, key=lambda t: t.amount or 0, reverse=True)[:bare]
        return [t for t in tasks if t not in spared]

    def goal_tasks(self) -> list[Task]:
        found: dict[str, Task] = {}
        paid = "\n".join(_label(line) for line in self._lines if self._covered(_label(line)))
        for goal in self._form.objectives:
            source = "年度绩效目标" if goal.horizon == "annual" else "实施期绩效目标"
            for clause in _clauses(goal.text):
                strong = _begins_with_action(clause)
                if not strong and not _ends_with_action(clause):
                    continue
                if self._whole_project(clause) or self._covered(clause, _counts(clause)):
                    continue
                if any(pair in paid for pair in self._distinctive(clause)):
                    continue  # a cost line in the same words has its indicator (安防设施 is 波形护栏)
                found.setdefault(clause, Task(clause, source, None, strong))
        return list(found.values())


def _label(line: CostLine) -> str:
    parts = [squash(line.content), squash(line.detail)]
    return "：".join(dict.fromkeys(p for p in parts if p))


def _is_overhead(line: CostLine) -> bool:
    """Whether every part of the line pays for inputs (师资、场地、教材费)."""
    content = _FEE.sub("", squash(line.content))
    if content in words("bare_fees") or _overhead().search(content):
        return True  # 工作经费, 宣传费: the detail only says what inputs
    parts = [p for text in (line.content, line.detail) for p in _LIST.split(squash(text)) if p]
    return all(_ends_as_overhead(p) for p in parts)


@cache
def _overhead() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(map(re.escape, words("overhead_heads"))) + ")$")


def _ends_as_overhead(text: str) -> bool:
    bare = _BRACKETS.sub("", text)
    return bool(_overhead().search(_FEE.sub("", bare))) or not pieces(bare)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Adverbs at the start; an action at the start; an action at the end."""
    actions = "|".join(map(re.escape, words("task_actions")))
    adverbs = "(?:" + "|".join(map(re.escape, words("task_adverbs"))) + "){0,9}"
    ends = rf"(?:{actions}|宣传|活动)(?:等)?(?:工作|服务|项目|活动)?$"
    return re.compile(f"^{adverbs}"), re.compile(f"{adverbs}(?:{actions})"), re.compile(ends)


def _clauses(text: str) -> list[str]:
    found = []
    effects = words("effect_beginnings")
    for clause in _CLAUSE.split(without_documents(text)):
        part = clause.strip(" :：、，,.")
        bare = _patterns()[0].sub("", part)
        if len(part) >= 4 and not bare.startswith(effects) and not part.startswith(effects):
            found.append(part)
    return found


def _begins_with_action(clause: str) -> bool:
    return _patterns()[1].match(clause) is not None


def _ends_with_action(clause: str) -> bool:
    return _patterns()[2].search(clause) is not None


def _counts(text: str) -> set[tuple[str, Decimal]]:
    """Counts of things in ``text`` by class of unit; 1 and 2 are no evidence, money and rates are no counts."""
    found = set()
    for number, scale, unit in _COUNT.findall(squash(text)):
        kind = next((k for k in (unit_class(unit[:n]) for n in (3, 2, 1)) if k), None)
        value = Decimal(number) * (10000 if scale else 1)
        if kind in _COUNTED and value > 2:
            found.add((str(kind), value))
    return found


def _indicator_counts(rows: Iterable[Indicator]) -> set[tuple[str, Decimal]]:
    found = set()
    for row in rows:
        target: TargetValue = parse_value(row.value, row.unit, row.nature)
        for number in target.numbers:
            unit = number.unit or target.unit
            kind = unit_class(unit)
            # 5.2万平方米 in the target is 52000平方米 in the calculation.
            value = number.value * (10000 if unit.startswith("万") else 1)
            if kind in _COUNTED and value > 2:
                found.add((str(kind), value))
    return found
