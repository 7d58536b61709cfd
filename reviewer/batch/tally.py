"""What the tables and charts of a batch show, counted while the results stream by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from reviewer.batch.copies import Copy, CopyFinder
from reviewer.batch.records import FileResult, StaleRow
from reviewer.records import Severity
from reviewer.writers.words import ASIDE_WORDS

NO_UNIT = "（表中没有写单位）"
GRADES = ("优", "良", "中", "差", "未评")
# So many findings are drawn in the page, the most severe first; all are in the workbook.
_PAGE_FINDINGS = 20_000


@dataclass
class Group:
    """Counts of a unit, a field, a year.

    Attributes:
        unread: files that were not reviewed; of the whole only.
        partly: files of which something could not be read or a rule broke down.
        clean: forms without anything to correct (remarks aside).
        codes: findings by code, remarks aside.
    """

    files: int = 0
    unread: int = 0
    partly: int = 0
    forms: int = 0
    indicators: int = 0
    clean: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def findings(self) -> int:
        """All findings."""
        return self.severities.total()

    def per_form(self, severity: Severity) -> float:
        """Findings of a severity for each form."""
        return self.severities[severity] / self.forms if self.forms else 0.0


@dataclass
class RuleLine:
    """A rule and how often it found something."""

    code: str
    name: str
    dimension: str
    severities: Counter[Severity] = field(default_factory=Counter)
    forms: int = 0
    units: set[str] = field(default_factory=set)

    @property
    def findings(self) -> int:
        """All findings of the rule."""
        return self.severities.total()

    @property
    def worst(self) -> Severity:
        """The highest severity it was found with."""
        return min(self.severities, key=lambda s: s.rank)


@dataclass(frozen=True)
class FileLine:
    """A file in the list of files.

    Attributes:
        status: 已审核, 部分未读 (something was not read or a rule broke down), 未审核.
        grades: draft grades of its forms, in file order.
        report: where its own report lies, below the output folder; "" for none.
    """

    path: str
    unit: str
    year: int | None
    sector: str
    status: str
    forms: int
    severities: tuple[int, int, int]
    grades: tuple[str, ...]
    report: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the page shows of a finding; ``file``: the number of its file."""

    file: int
    unit: str
    code: str
    severity: Severity
    place: str
    indicator: str
    value: str
    message: str


class Tally:
    """The counts of a batch; ``add`` takes each file's result in order, then ``close`` finds the copies."""

    def __init__(self) -> None:
        self.total = Group()
        self.units: dict[str, Group] = {}
        self.sectors: dict[str, Group] = {}
        self.years: dict[str, Group] = {}
        self.rules: dict[str, RuleLine] = {}
        self.files: list[FileLine] = []
        self.failures: list[FileResult] = []
        self.partly: list[FileResult] = []
        self.aside: Counter[str] = Counter()
        self.aside_errors = 0
        self.deciders: set[str] = set()
        self.waived: set[tuple[str, str, str, str]] = set()
        self.stale: list[StaleRow] = []
        self.closed: list[str] = []  # folders that may not be opened
        self.suggestions: Counter[str] = Counter()
        self.unchecked = 0
        self.twins: dict[str, list[str]] = {}
        self.copies: list[Copy] = []
        self._finder = CopyFinder()
        self._kept: dict[Severity, list[Kept]] = {severity: [] for severity in Severity}

    def add(self, result: FileResult, report: str) -> None:
        """Count a file; ``report``: where its own report lies, "" for none."""
        number = len(self.files)
        groups = self._groups(result)
        # Whose a file is that was not read nobody knows: it counts in the whole only.
        units = {form.unit or NO_UNIT for form in result.forms}
        for group in (self.total, *(self.units.setdefault(unit, Group()) for unit in sorted(units))):
            group.files += 1
            group.unread += result.failure is not None
            group.partly += result.failure is None and not result.is_complete
        self._count_forms(result, groups)
        for finding in result.findings:
            for group in groups[finding.form_id]:
                group.severities[finding.severity] += 1
                if finding.severity is not Severity.INFO:
                    group.codes[finding.code] += 1
        self._count_rules(result)
        self._keep(number, result)
        self._list(result, report)
        if result.digest:
            self.twins.setdefault(result.digest, []).append(result.path)
        self.aside.update(aside.kind for aside in result.aside)
        self.aside_errors += sum(aside.severity is Severity.ERROR for aside in result.aside)
        self.deciders |= {aside.reviewer for aside in result.aside if aside.reviewer}
        self.waived |= {(a.code, a.reason, a.reviewer, a.until) for a in result.aside if a.kind == "waiver"}
        self.stale += result.stale
        self.suggestions.update(result.suggestions)
        self.unchecked += sum(gap.kind == "unchecked" for gap in result.gaps)
        self._finder.add(number, result)

    def close(self) -> None:
        """All files were added."""
        self.twins = {digest: paths for digest, paths in self.twins.items() if len(paths) > 1}
        self.copies = self._finder.find()
        self._finder = CopyFinder()

    @property
    def named_units(self) -> int:
        """How many units there are; forms without a unit's name are left out."""
        return len(self.units) - (NO_UNIT in self.units)

    def kept(self) -> list[Kept]:
        """The findings for the page, in file order."""
        chosen = [kept for severity in Severity for kept in self._kept[severity]]
        return sorted(chosen, key=lambda k: k.file)

    def aside_words(self) -> str:
        """How many findings do not count and who said so."""
        said = "、".join(f"{words} {self.aside[kind]} 条" for kind, words in ASIDE_WORDS.items() if self.aside[kind])
        who = sorted(self.deciders)
        names = f"，由{'、'.join(who[:5])}{'等' if len(who) > 5 else ''}定" if who else ""
        return f"没有计入的意见 {self.aside.total()} 条（{said}），其中必须修改 {self.aside_errors} 条{names}"

    def exit_code(self) -> int:
        """2 when something was not read or a rule broke down, else 1 with findings that must be corrected, else 0."""
        if self.total.unread or self.total.partly:
            return 2
        return int(self.total.severities[Severity.ERROR] > 0)

    def _groups(self, result: FileResult) -> dict[str, tuple[Group, ...]]:
        """By form, the groups that it counts in."""
        return {
            form.id: (
                self.total,
                self.units.setdefault(form.unit or NO_UNIT, Group()),
                self.sectors.setdefault(form.sector, Group()),
                self.years.setdefault(str(form.year or "未写年度"), Group()),
            )
            for form in result.forms
        }

    def _count_forms(self, result: FileResult, groups: dict[str, tuple[Group, ...]]) -> None:
        flawed = {f.form_id for f in result.findings if f.severity is not Severity.INFO}
        for form in result.forms:
            for place, group in enumerate(groups[form.id]):
                group.forms += 1
                group.indicators += len(form.indicators)
                group.clean += form.id not in flawed
                group.grades[form.grade or "未评"] += 1
                if place > 1:  # files of the whole and of units are counted with the file
                    group.files += form is result.forms[0]

    def _count_rules(self, result: FileResult) -> None:
        units = {form.id: form.unit or NO_UNIT for form in result.forms}
        for finding in result.findings:
            line = self.rules.setdefault(finding.code, RuleLine(finding.code, finding.name, finding.dimension))
            line.severities[finding.severity] += 1
            line.units.add(units[finding.form_id])
        for code in sorted({(f.code, f.form_id) for f in result.findings}):
            self.rules[code[0]].forms += 1

    def _keep(self, number: int, result: FileResult) -> None:
        units = {form.id: form.unit or NO_UNIT for form in result.forms}
        for f in result.findings:
            unit = units[f.form_id]
            kept = Kept(number, unit, f.code, f.severity, f.place, f.indicator, f.value, f.message)
            self._kept[f.severity].append(kept)
        # The page is full: the last of the least severe go.
        over = sum(map(len, self._kept.values())) - _PAGE_FINDINGS
        for severity in reversed(Severity):
            room = self._kept[severity]
            gone = max(0, min(over, len(room)))
            del room[len(room) - gone :]
            over -= gone

    def _list(self, result: FileResult, report: str) -> None:
        status = "未审核" if result.failure else "已审核" if result.is_complete else "部分未读"
        tally = Counter(f.severity for f in result.findings)
        self.files.append(
            FileLine(
                path=result.path,
                unit=result.unit or (NO_UNIT if result.forms else ""),
                year=result.year,
                sector=result.forms[0].sector if result.forms else "",
                status=status,
                forms=len(result.forms),
                severities=(tally[Severity.ERROR], tally[Severity.WARN], tally[Severity.INFO]),
                grades=tuple(form.grade or "未评" for form in result.forms),
                report=report,
            )
        )
        if result.failure is not None:
            self.failures.append(result)
        elif not result.is_complete:
            gaps = tuple(g for g in result.gaps if g.kind in ("unread", "crashed"))[:20]
            self.partly.append(result.model_copy(update={"forms": result.forms[:1], "findings": (), "gaps": gaps}))


def by_need(groups: dict[str, Group]) -> list[tuple[str, Group]]:
    """The groups with most to correct first."""

    def order(item: tuple[str, Group]) -> tuple[int, int, str]:
        name, group = item
        return -group.severities[Severity.ERROR], -group.severities[Severity.WARN], name

    return sorted(groups.items(), key=order)


def most_frequent(rules: Iterable[RuleLine]) -> list[RuleLine]:
    """The rules that most forms break first; remarks last."""
    return sorted(rules, key=lambda r: (r.worst is Severity.INFO, -r.forms, -r.findings, r.code))
