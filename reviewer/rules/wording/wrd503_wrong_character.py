import re
from collections import Counter
from collections.abc import Iterator

from reviewer.records import Filing, Form, Hit, Location
from reviewer.rules.engine import Context, rule
from reviewer.taxonomy import typos
from reviewer.text import fold

# Doubled function words and punctuation; an ordinal without its number.
_DOUBLED = re.compile(r"的的|了了|和和|及及|与与|在在|是是|对对的|，，|。。|、、|；；|，。|、，|、。|，、")
_NO_ORDINAL = re.compile(r"第(?=全国|国际|全省|全市|届|批次|期培训|个五年)")
_TERM = re.compile(r"[\u4e00-\u9fff]{3,}")


@rule(
    "WRD503",
    "错别字或病句",
    severity="warn",
    smart="S",
    basis=("caiyu-2015-88#complete",),
    scope="filing",
)
def check(filing: Filing, context: Context) -> Iterator[Hit]:
    """错字、漏字、叠字。

    检查：常见错别字（布署、签定、服务对像）；叠写的虚词和标点（的的、，，）；漏了数字的序数（第全国助残日）；
        与本表其他地方反复出现的名词只差一个字、且错成了旁边那个字的写法（麻风病写成病风病）。
    理由：申报表要批复公开，错别字影响严肃性，也可能改变意思。
    反例：精心组织第全国助残日活动；病风病防治知识知晓率（本表其他地方都写“麻风病”）
    正例：精心组织第三十三次全国助残日活动；麻风病防治知识知晓率
    例外：不存在的日期由 QNT208 指出；人名、地名、专业术语不靠词表猜测。
    """
    for form in filing.forms:
        frequent = _frequent_terms(form)
        for text, place, indicator_id in _texts(form):
            for wrong, right in _mistakes(fold(text), frequent):
                yield Hit(
                    message=f"“{wrong}”疑为笔误，应为“{right}”。请核对。",
                    evidence=text,
                    form_id=form.id,
                    indicator_id=indicator_id,
                    location=place,
                )


def _mistakes(text: str, frequent: Counter[str]) -> Iterator[tuple[str, str]]:
    for wrong, right in typos().items():
        if wrong in text:
            yield wrong, right
    for found in _DOUBLED.finditer(text):
        yield found.group(), found.group()[0]
    for found in _NO_ORDINAL.finditer(text):
        yield text[found.start() : found.end() + 2], f"第×次{text[found.end() : found.end() + 2]}"
    yield from _attracted(text, frequent)


def _attracted(text: str, frequent: Counter[str]) -> Iterator[tuple[str, str]]:
    """Words one character off a term of this form, the wrong one taken over from its neighbours (病风病 for 麻风病)."""
    for run in _TERM.findall(text):
        for size in (3, 4):
            for start in range(len(run) - size + 1):
                window = run[start : start + size]
                # Only when a character stands twice in the window can one have been attracted by the other.
                if len(set(window)) == size:
                    continue
                needed = max(2, frequent[window])
                for term, count in frequent.items():
                    if count >= needed and len(term) == size and _is_attraction(window, term):
                        yield window, term


def _is_attraction(window: str, term: str) -> bool:
    off = [n for n in range(len(window)) if window[n] != term[n]]
    return len(off) == 1 and len(set(term)) == len(term) and window[off[0]] in term


def _frequent_terms(form: Form) -> Counter[str]:
    """Sequences of 3 and 4 characters in the form, counted by the cells that hold them."""
    counts: Counter[str] = Counter()
    # What the project is called counts twice: it is written with care, and often nowhere else.
    for text in (form.project, form.project, form.title, *(t for t, _, _ in _texts(form))):
        runs = _TERM.findall(fold(text))
        counts.update({run[i : i + size] for run in runs for size in (3, 4) for i in range(len(run) - size + 1)})
    return counts


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
