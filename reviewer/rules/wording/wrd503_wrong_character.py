import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from reviewer.matching.heads import find_head
from reviewer.records import Filing, Form, Hit, Location
from reviewer.rules.engine import Context, rule
from reviewer.taxonomy import typos, words
from reviewer.text import fold

_MOST = 20  # in one cell; each finding quotes the cell
# Folded: doubled punctuation and 的 (others double rightly: 普及及, 为了了解, 参与与); an ordinal without its number.
_DOUBLED = re.compile(r"(?<!目)的的|[,;、]{2}|。。|[,;、]。")
_NO_ORDINAL = re.compile(r"第(?=全国|国际|全省|全市|届|批次|期培训|个五年)")
# 的, 地, 得 where no reading but one is possible: 伙食得满意度, 有效得提高, 生活的到改善.
_RISE = "(?:提高|提升|改善|增强|加强|促进|推动|推进|落实|解决|缓解|降低|减少)"
_PARTICLES = (
    (re.compile(r"(?<=[\u4e00-\u9fff])(?<![获取赢觉值])得(满意(?:程度|度|率))"), r"的\1"),
    (re.compile(rf"(有效|不断|积极|进一步|切实|逐步|稳步|大力|更好)得({_RISE}|服务)"), r"\1地\2"),
    (re.compile(rf"(?<!目)的到((?:有效|明显|显著|进一步)?{_RISE})"), r"得到\1"),
)
_TWICE = re.compile(r"([\u4e00-\u9fff])\1")
_WINDOW = re.compile(r"(?:^|(?<=[^\u4e00-\u9fff])|(?<=[对的了和与等及为在]))[\u4e00-\u9fff]{3}")
_TERM = re.compile(r"[\u4e00-\u9fff]{3,}")


@rule(
    "WRD503",
    "错别字或病句",
    severity="warn",
    smart="S",
    basis=("caiyu-2015-88#complete",),
    scope="filing",
    reads=[
        "everything",
        "goals",
        "name",
        "value",
        "cost.content",
        "cost.basis",
        "summary.name",
        "summary.annual_goal",
        "summary.period_goal",
    ],
)
def check(filing: Filing, context: Context) -> Iterator[Hit]:
    """错字、漏字、叠字。

    检查：常见错别字（布署、签定、服务对像）；叠写的虚词、标点和字（的的、，，、满意意度）；漏了数字的序数（第全国助残日）；误写的“的、地、得”（伙食得满意度）；
        与项目名称里的词只差首字、且错成了末字的写法（麻风病写成病风病）。
    理由：申报表要批复公开，错别字影响严肃性，也可能改变意思。
    反例：精心组织第全国助残日活动；病风病防治知识知晓率（项目名称是“麻风病防治”）
    正例：精心组织第三十三次全国助残日活动；麻风病防治知识知晓率
    例外：不存在的日期由 QNT208 指出；人名、地名、专业术语不靠词表猜测；一格里最多说二十处。
    """
    for form in filing.forms:
        terms = _terms(form)
        for text, place, indicator_id in _texts(form):
            for wrong, right in islice(dict.fromkeys(_mistakes(fold(text), terms)), _MOST):
                yield Hit(
                    message=f"“{wrong}”疑为笔误，应为“{right}”。请核对。",
                    evidence=text,
                    form_id=form.id,
                    indicator_id=indicator_id,
                    location=place,
                )


@cache
def _typos() -> re.Pattern[str]:
    """A typo, or a right word that holds one: 预防犯罪 goes by before 防犯 is seen."""
    return re.compile("|".join(map(re.escape, (*words("right_words"), *typos()))))


def _mistakes(text: str, terms: set[str]) -> Iterator[tuple[str, str]]:
    """Each mistake as printed, with what it should be."""
    yield from ((found, typos()[found]) for found in _typos().findall(text) if found in typos())
    text = _typos().sub(lambda found: typos().get(found.group(), found.group()), text)
    for found in _DOUBLED.finditer(text):
        yield found.group(), found.group()[1]
    for found in _NO_ORDINAL.finditer(text):
        yield text[found.start() : found.end() + 2], f"第×次{text[found.end() : found.end() + 2]}"
    yield from ((m.group(), m.expand(right)) for pattern, right in _PARTICLES for m in pattern.finditer(text))
    yield from _doubled(text)
    yield from _attracted(text, terms)


def _doubled(text: str) -> Iterator[tuple[str, str]]:
    """A character written twice inside a known head: 满意意度, 竣工时时间."""
    for found in _TWICE.finditer(text):
        single = text[: found.start()] + text[found.start() + 1 :]
        head = find_head(single)
        if head is None or head.word in text:  # 农村人人均收入 holds 人均收入 as it is
            continue
        start = single.find(head.word)  # -1 for a head that is written with a gap
        if start >= 0:
            yield text[start : start + len(head.word) + 1], head.word


def _attracted(text: str, terms: set[str]) -> Iterator[tuple[str, str]]:
    """Words one character off a term of the project's name, the wrong one copied from its end (病风病 for 麻风病)."""
    for found in _WINDOW.finditer(text):
        window = found.group()
        if window[0] == window[2] and window not in terms:
            yield from ((window, term) for term in sorted(terms) if term[1:] == window[1:])


def _terms(form: Form) -> set[str]:
    """The three characters that each run of words in the project's name begins with."""
    runs = [run for part in re.split(r"[的和与及等各年]", fold(form.project)) for run in _TERM.findall(part)]
    return {run[:3] for run in runs}


def _texts(form: Form) -> Iterator[tuple[str, Location | None, str | None]]:
    for objective in form.objectives:
        yield objective.text, objective.location, None
    for row in form.rows:
        for goal in (row.name, row.period_goal, row.annual_goal):
            if goal:
                yield goal, row.location, None
    for indicator in form.indicators:
        yield indicator.name, indicator.cells.get("name") or indicator.location, indicator.id
        yield indicator.value, indicator.cells.get("value") or indicator.location, indicator.id
    for line in form.cost_lines:
        for text in (line.content, line.detail, line.calculation_basis):
            yield text, line.location, None
