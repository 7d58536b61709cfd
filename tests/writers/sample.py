"""A small made-up report that holds one of everything that writers must show."""

from decimal import Decimal

from reviewer.records import (
    Amount,
    Basis,
    CostLine,
    Criterion,
    Dropped,
    Failure,
    Filing,
    FilingReport,
    Finding,
    Form,
    FormKind,
    FundSource,
    HeaderField,
    Indicator,
    Location,
    NumberSource,
    Objective,
    Outcome,
    OutcomeKind,
    Report,
    RowText,
    Score,
    Severity,
    SmartScore,
    Standing,
    Suggestion,
    SummaryRow,
    Unread,
)

HOSTILE = '<script>alert("x")</script>&"\''
_CATEGORIES = {
    "数量指标": "产出指标", "质量指标": "产出指标", "时效指标": "产出指标", "社会效益指标": "效益指标",
    "满意度指标": "满意度指标",
}  # fmt: skip


def at(table: int, row: int, column: int, text: str) -> Location:
    return Location(file="样例.docx", table=table, row=row, column=column, text=text)


def money(text: str, place: Location | None = None) -> Amount:
    return Amount(printed=text, wan=Decimal(text), decimals=2, location=place)


def indicator(form: int, number: int, level2: str, name: str, value: str, standard: str | None = None) -> Indicator:
    row = 6 + number
    cells = {"level2": level2, "name": name, "value": value, "standard": standard or ""}
    return Indicator(
        id=f"F{form}.{number}",
        level1=_CATEGORIES[level2],
        level2=level2,
        category=level2,
        name=name,
        value=value,
        standard=standard,
        location=at(form, row, 3, name),
        cells={key: at(form, row, column, text) for column, (key, text) in enumerate(cells.items(), 2)},
    )


def project_form() -> Form:
    return Form(
        id="F1",
        kind=FormKind.PROJECT,
        title="2024年项目支出绩效目标申报表",
        org="云溪县农业农村局",
        year=2024,
        project="高标准农田建设",
        period="2024年",
        budget=money("388.88"),
        fields=(
            HeaderField(key="project", label="项目名称", text="高标准农田建设", location=at(1, 2, 2, "高标准农田建设")),
            HeaderField(key="budget", label="项目金额", text="388.88", location=at(1, 2, 4, "388.88")),
            HeaderField(key="manager", label="负责人", text="", location=at(1, 3, 2, "")),
        ),
        fund_sources=(FundSource(name="财政拨款", amount=money("388.88")),),
        objectives=(
            Objective(horizon="annual", text="建成高标准农田200亩。", location=at(1, 4, 2, "建成高标准农田200亩。")),
        ),
        indicators=(
            indicator(1, 1, "数量指标", "建成高标准农田面积", "200亩", "计划标准"),
            indicator(1, 2, "数量指标", "新修机耕路", "3公里", "计划标准"),
            indicator(1, 3, "质量指标", f"工程质量{HOSTILE}", "稳步提升", "计划标准"),
            indicator(1, 5, "社会效益指标", "农民\u202e获得感\x1b[31m", "=不断提高", "计划标准"),
            indicator(1, 6, "满意度指标", "农户满意度", "≥90%", "计划标准"),
        ),
        blank_rows=(indicator(1, 4, "时效指标", "", ""),),
        cost_lines=(
            CostLine(
                id="F1.C1",
                content="土地平整",
                amount=money("300", at(1, 15, 3, "300")),
                calculation_basis="200亩×1.4万元",
                location=at(1, 15, 2, "土地平整"),
            ),
            CostLine(
                id="F1.C2",
                content="机耕路",
                amount=money("88.88", at(1, 16, 3, "88.88")),
                calculation_basis="3公里",
                location=at(1, 16, 2, "机耕路"),
            ),
        ),
        cost_total=money("388.88"),
        columns={"name": "三级指标", "value": "指标值及单位", "standard": "绩效标准"},
        location=at(1, 1, 1, "2024年项目支出绩效目标申报表"),
    )


def summary_form() -> Form:
    return Form(
        id="F2",
        kind=FormKind.SUMMARY,
        title="2024年项目支出汇总表",
        org="云溪县农业农村局",
        year=2024,
        budget=money("388.88"),
        rows=(
            SummaryRow(
                id="F2.R1",
                no="1",
                name="高标准农田建设",
                amount=money("388.88"),
                annual_goal="",
                location=at(3, 3, 2, "高标准农田建设"),
            ),
        ),
        location=at(3, 1, 1, "2024年项目支出汇总表"),
    )


def clean_form() -> Form:
    return Form(id="F3", kind=FormKind.PROJECT, title="附表", project="农技推广", location=at(4, 1, 1, "附表"))


def finding(
    code: str, name: str, severity: Severity, message: str, row: Indicator | None, column: str, **more: object
) -> Finding:
    values: dict[str, object] = {
        "code": code,
        "name": name,
        "severity": severity,
        "dimension": "相关性",
        "smart": "M",
        "form_id": "F1",
        "indicator_id": row.id if row else None,
        "message": message,
        "basis": ("one#a", "one#b", "two"),
        "location": row.cells[column] if row else None,
    }
    return Finding.model_validate(values | more)


def filing_report() -> FilingReport:
    project, summary, clean = project_form(), summary_form(), clean_form()
    area, road, quality, benefit, _ = project.indicators
    bare = "指标值“{}”没有写明方向，请加上比较符，如“≥{}”。"
    findings = (
        finding("CMP004", "绩效目标为空", Severity.ERROR, "实施期绩效目标没有填写。", None, "", group="goal"),
        finding(
            "CON403", "测算过程与金额不符", Severity.ERROR, "按测算依据算得280万元，与金额300万元不符。", None, "",
            evidence="200×1.4=280", location=at(1, 15, 4, "200亩×1.4万元"), dimension="适当性",
        ),
        finding("QNT204", "缺少比较符或方向", Severity.INFO, bare.format("200亩", "200亩"), area, "value"),
        finding("QNT204", "缺少比较符或方向", Severity.INFO, bare.format("3公里", "3公里"), road, "value"),
        finding(
            "QNT202", "质量指标不可衡量", Severity.ERROR, "“稳步提升”没有数字，请写合格率。", quality, "value",
            evidence="稳步提升",
        ),
        finding(
            "CAT101", "指标归类错误", Severity.WARN, f"请移到“满意度指标”{HOSTILE}。", benefit, "level2",
            evidence=HOSTILE, suggested_category="满意度指标", other_categories=("社会效益指标",),
        ),
        finding(
            "CMP004", "绩效目标为空", Severity.ERROR, "汇总表中年度绩效目标没有填写。", None, "",
            form_id="F2", location=at(3, 3, 5, ""), group="goal",
        ),
    )  # fmt: skip
    outcomes = (
        Outcome(code="CMP004", form_id="F1", outcome=OutcomeKind.FOUND, findings=1),
        Outcome(code="CON401", form_id="F1", outcome=OutcomeKind.COULD_NOT_CHECK, reason="成本指标没有金额"),
        Outcome(code="CON401", form_id="F3", outcome=OutcomeKind.COULD_NOT_CHECK, reason="成本指标没有金额"),
        Outcome(code="REL301", form_id="F2", outcome=OutcomeKind.ERROR, reason="规则出错：KeyError: 'x'"),
        Outcome(code="WRD503", form_id="F1", outcome=OutcomeKind.PASSED),
        Outcome(code="WRD503", form_id="F2", outcome=OutcomeKind.NOT_APPLICABLE, reason="此规则不用于这类表"),
    )
    criteria = (
        Criterion(
            key="complete", dimension="完整性", name="规范完整", points=0, weight=60,
            reason="CMP004 绩效目标为空 1处（F1.3）", reads=("CMP004",),
        ),
        Criterion(
            key="real", dimension="可行性", name="实现可能", points=None, weight=40, reason="须人工审核", reads=(),
        ),
    )  # fmt: skip
    return FilingReport(
        filing=Filing(
            source="样例.docx",
            format="docx",
            org="云溪县农业农村局",
            year=2024,
            forms=(project, summary, clean),
            unread=(
                Unread(text="附件：略", reason="不知道这一行属于哪一栏", location=at(1, 20, 1, "附件：略")),
                Unread(text="样例.docx", reason="含隐藏的表，已一并读取", advisory=True),
            ),
        ),
        profile={"F1": "caiyu-2015-88", "F2": "caiyu-2015-88", "F3": "caiyu-2015-88"},
        findings=findings,
        outcomes=outcomes,
        scores=(
            Score(form_id="F1", criteria=criteria, total="0", grade="差", judged=60, reason="可判定的 60 分中得 0 分"),
            Score(form_id="F2", criteria=(), total=None, grade=None, judged=0, reason="汇总表不评分"),
        ),
    )


def smart(*points: int) -> SmartScore:
    names = dict(zip("SMART", ("具体", "可衡量", "可实现", "相关", "有时限"), strict=True))
    letters = [
        {"letter": letter, "name": name, "points": value, "reason": f"理由{letter}"}
        for (letter, name), value in zip(names.items(), points, strict=True)
    ]
    return SmartScore.model_validate({"letters": letters})


def suggested() -> Report:
    """The sample with one suggestion of each shape: safe, split, moved with hostile words, added, left empty."""

    def text(row: Indicator) -> RowText:
        return RowText(level2=row.level2, name=row.name, value=row.value, standard=row.standard)

    report = sample()
    item = report.filings[0]
    area, road, quality, benefit, _ = item.filing.forms[0].indicators
    own = NumberSource(number="200", source="本行原文", quote="200亩", location=area.location)
    goal = NumberSource(number="400", source="年度绩效目标", quote="建成高标准农田200亩。", computation="200+200=400")
    suggestions = (
        Suggestion(
            id="F1.1/safe", form_id="F1", indicator_id="F1.1", current=text(area),
            proposed=text(area).model_copy(update={"value": "≥200亩"}), reason="补上比较符“≥”。", source="rule",
            standing=Standing.SAFE, removes=("QNT204",), numbers=(own,), smart_before=smart(2, 1, 2, 2, 2),
            smart_after=smart(2, 2, 2, 2, 2),
        ),
        Suggestion(
            id="F1.2/confirm", form_id="F1", indicator_id="F1.2", current=text(road), proposed=None,
            reason="整行留空。", source="rule", standing=Standing.CONFIRM, removes=("QNT204",),
            smart_before=smart(2, 1, 2, 2, 2),
        ),
        Suggestion(
            id="F1.3/llm", form_id="F1", indicator_id="F1.3", current=text(quality),
            proposed=text(quality).model_copy(update={"name": f"工程验收合格率{HOSTILE}", "value": "≥【待填】%"}),
            extra=(RowText(level2="数量指标", name="验收次数", value="≥【待填】次"),), reason=f"换成比率{HOSTILE}。",
            source="llm", standing=Standing.HINT, removes=("QNT202",), smart_before=smart(2, 0, 1, 2, 2),
            smart_after=smart(2, 1, 1, 2, 2),
        ),
        Suggestion(
            id="F1.5/bank", form_id="F1", indicator_id="F1.5", current=text(benefit),
            proposed=text(benefit).model_copy(update={"level2": "满意度指标", "standard": "行业标准"}), reason="移栏。",
            source="bank", standing=Standing.CONFIRM, removes=("CAT101",), bank="指标库 P0001，公开发布：农户满意度",
        ),
        Suggestion(
            id="F1/1", form_id="F1", proposed=RowText(level2="数量指标", name="受益户数", value="≥400户"),
            reason="补一条。", source="rule", standing=Standing.CONFIRM, removes=("CMP004",), numbers=(goal,),
            smart_after=smart(2, 2, 2, 2, 2),
        ),
    )  # fmt: skip
    dropped = (Dropped(form_id="F1", indicator_id="F1.6", source="bank", reason="“95”找不到出处"),)
    item = item.model_copy(
        update={
            "suggestions": suggestions,
            "dropped": dropped,
            "engines": ("rules", "bank"),
            "smart": {"F1.1": smart(2, 1, 2, 2, 2)},
        }
    )
    return report.model_copy(update={"filings": (item,)})


def sample() -> Report:
    return Report(
        filings=(filing_report(),),
        bases={
            "one#a": Basis(
                key="one#a", title="《甲办法》", number="甲〔2020〕1号", article="第1条", grade="A", gist="要写数。",
            ),
            "one#b": Basis(key="one#b", title="《甲办法》", number="甲〔2020〕1号", article="第2条", grade="A"),
            "two": Basis(key="two", title="《乙指引》", grade="C", gist="可衡量。", url="https://example.org/two"),
        },
        versions={"indicator-reviewer": "0"},
        rule_names={
            "CAT101": "指标归类错误", "CMP004": "绩效目标为空", "CON401": "成本指标与项目金额不符",
            "CON403": "测算过程与金额不符", "QNT202": "质量指标不可衡量", "QNT204": "缺少比较符或方向",
            "REL301": "目标任务无对应指标", "WRD503": "错别字或病句",
        },
        failures=(Failure(source="扫描件.pdf", what="这是扫描件，没有文字", where="扫描件.pdf", remedy="请提供原件"),),
    )  # fmt: skip
