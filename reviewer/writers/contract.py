"""The JSON contract (``schema_version`` 1): the models that both write the report and give its JSON Schema.

Names stay as they are within a schema version; fields may be added.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from reviewer.records import Location, Outcome, OutcomeKind, Severity, SmartScore, Standing, Unread

SCHEMA_VERSION = 1


def _json_number(value: Decimal) -> int | float:
    # json prints the shortest digits that name the float, so up to 15 digits come out as they were filed.
    return int(value) if value == value.to_integral_value() else float(value)


JsonNumber = Annotated[Decimal, PlainSerializer(_json_number, return_type=int | float)]


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class OutLocation(_Out):
    """The place in the file; ``description`` says it in Chinese."""

    file: str
    sheet: str | None
    table: int | None
    page: int | None
    row: int | None
    column: int | None
    text: str = Field(description="原文")
    description: str = Field(description="位置的中文说法，如“表3 第12行第4列”")

    @classmethod
    def of(cls, place: Location | None) -> "OutLocation | None":
        """The output form of a place."""
        return None if place is None else cls(**place.model_dump(), description=place.describe())


class OutMatch(_Out):
    """An entry of the indicator bank near an indicator; ``same``: it really means the same."""

    id: str
    name: str
    level2: str
    score: float
    same: bool
    reasons: list[str]
    citation: str
    definition: str
    unit: str
    direction: str
    standing: Literal["published", "recommended", "local"]


class OutSmartLetter(_Out):
    """One letter of SMART: 2 met, 1 partly, 0 not."""

    letter: Literal["S", "M", "A", "R", "T"]
    name: str
    points: Literal[0, 1, 2]
    reason: str


class OutSmart(_Out):
    """The SMART score of one indicator; a convention of ours."""

    total: int = Field(description="0 到 10")
    letters: list[OutSmartLetter]

    @classmethod
    def of(cls, score: SmartScore | None) -> "OutSmart | None":
        """The output form of a score."""
        return None if score is None else cls(total=score.total, **score.model_dump())


class OutIndicator(_Out):
    """One third-level indicator, as filed."""

    id: str
    level1: str
    level2: str
    category: str | None = Field(description="规范的二级指标名称；九类之外为 null")
    name: str
    value: str
    unit: str | None
    nature: str | None
    standard: str | None
    weight: str | None
    note: str | None
    actual: str | None = Field(description="自评表的实际完成值")
    horizon: Literal["annual", "period"]
    smart: OutSmart | None = Field(description="SMART 得分；空行为 null")
    matches: list[OutMatch] = Field(description="指标库中最近的条目；没有查库时为空")
    location: OutLocation | None


class OutForm(_Out):
    """One table of the filing, rows in file order."""

    id: str
    kind: Literal["department", "summary", "project"]
    title: str
    org: str
    year: int | None
    project: str
    period: str | None
    budget_wan: JsonNumber | None = Field(description="金额，万元")
    profile: str | None = Field(description="所用框架")
    indicators: list[OutIndicator]
    blank_rows: list[OutIndicator] = Field(description="名称和指标值都空着的行")
    location: OutLocation | None


class OutFinding(_Out):
    """A flaw. ``indicator_id`` is null for a finding about the form as a whole."""

    code: str
    name: str
    severity: Severity
    dimension: str
    smart: str
    form_id: str
    indicator_id: str | None
    message: str
    evidence: str
    basis: list[str] = Field(description="依据的键，见顶层 bases")
    citations: list[str] = Field(description="依据的中文写法；未读原文的写作“参照”")
    location: OutLocation | None
    suggested_category: str | None
    other_categories: list[str]
    group: str = Field(description="同一原因的意见此处相同；空为单独一条")


class OutAside(_Out):
    """A finding that does not count: waived, rejected by the reviewer, or in the baseline."""

    finding: OutFinding
    kind: Literal["waiver", "rejected", "baseline"]
    reason: str
    reviewer: str
    until: str = Field(description="豁免的最后一天；空为一直有效")


class OutStaleWaiver(_Out):
    """A waiver that waives nothing (any more)."""

    source: str = Field(description="豁免所在的文件")
    code: str
    form: str
    text: str
    reviewer: str
    why: str


class OutOutcome(_Out):
    """What became of a rule on a form."""

    code: str
    form_id: str
    outcome: OutcomeKind
    reason: str
    findings: int

    @classmethod
    def of(cls, outcome: Outcome) -> "OutOutcome":
        """The output form of an outcome."""
        return cls(**outcome.model_dump())


class OutCriterion(_Out):
    """One criterion: 2 met, 1 partly, 0 not met, null where a program cannot judge."""

    key: str
    dimension: str
    name: str
    points: int | None
    weight: int
    reason: str
    reads: list[str]


class OutFormScore(_Out):
    """The draft score of a form."""

    form_id: str
    criteria: list[OutCriterion]
    total: str | None
    grade: Literal["优", "良", "中", "差"] | None
    judged: int
    reason: str


class OutScore(_Out):
    """Draft scores, a suggestion by program; the cut-offs are a convention of ours."""

    note: str
    forms: list[OutFormScore]


class OutRowText(_Out):
    """The columns of a row that a rewrite may change; null where the form has no such column."""

    level2: str
    name: str
    value: str
    nature: str | None
    unit: str | None
    standard: str | None


class OutNumber(_Out):
    """Where a number of a rewrite comes from."""

    number: str
    source: str
    quote: str
    computation: str = Field(description="由原文算出时的算式；照抄时为空")
    location: OutLocation | None


class OutSuggestion(_Out):
    """A rewrite, proven: it removes ``removes`` and adds no error or warning."""

    id: str
    form_id: str
    indicator_id: str | None = Field(description="被改写的行；补充一行时为 null")
    current: OutRowText | None
    proposed: OutRowText | None = Field(description="null：整行留空")
    extra: list[OutRowText] = Field(description="另外补充的行")
    reason: str
    source: Literal["rule", "bank", "llm"]
    standing: Standing = Field(description="safe 可直接采用，confirm 需确认，hint 仅供参考")
    removes: list[str] = Field(description="改后消失的问题代码")
    numbers: list[OutNumber]
    bank: str = Field(description="所用指标库条目的出处")
    smart_before: OutSmart | None
    smart_after: OutSmart | None


class OutDrop(_Out):
    """A proposal that was not delivered, and why."""

    form_id: str
    indicator_id: str | None
    source: Literal["rule", "bank", "llm"]
    reason: str
    failure: str = Field(description="模型没有给出可用回复时的失败类型；空：有改写而没有通过检查")


class OutDropped(_Out):
    """The proposals that were not delivered."""

    count: int
    reasons: list[OutDrop]


class OutUnread(_Out):
    """Something in the file that was not understood."""

    text: str
    reason: str
    location: OutLocation | None
    advisory: bool = Field(description="true：内容没有缺少，只是说明怎样读的")

    @classmethod
    def of(cls, unread: Unread) -> "OutUnread":
        """The output form of an unread part."""
        return cls(**unread.model_dump(exclude={"location"}), location=OutLocation.of(unread.location))


class OutFiling(_Out):
    """Everything about one file."""

    source: str
    format: str
    org: str
    year: int | None
    forms: list[OutForm]
    findings: list[OutFinding]
    aside: list[OutAside] = Field(description="不计入的意见：豁免、审核人不采纳、基线中已有")
    outcomes: list[OutOutcome]
    score: OutScore
    unread: list[OutUnread]
    engines: list[str] = Field(description="要求过修改建议的引擎；没有要求时为空")
    suggestions: list[OutSuggestion]
    dropped: OutDropped


class OutBasis(_Out):
    """An authority. Grade A was read; B and C were not and are cited as 参照."""

    title: str
    number: str
    article: str
    grade: Literal["A", "B", "C"]
    gist: str
    url: str
    cite: str


class OutFailure(_Out):
    """A file that could not be reviewed."""

    source: str
    what: str
    where: str
    remedy: str


class OutReport(_Out):
    """The report of ``reviewer review --format json``."""

    schema_version: Literal[1]
    versions: dict[str, str]
    rules: dict[str, str] = Field(description="运行过的规则：代码 → 名称")
    filings: list[OutFiling]
    failures: list[OutFailure] = Field(description="读不了的文件，没有审核")
    stale_waivers: list[OutStaleWaiver] = Field(description="失效的豁免")
    bases: dict[str, OutBasis]


def report_schema() -> dict[str, Any]:
    """The JSON Schema of the report."""
    schema = OutReport.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "绩效目标审核报告"}
