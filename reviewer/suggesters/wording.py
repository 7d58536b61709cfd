"""Names: the direction word and the target go out of the name, a phrase becomes the name of a count or a rate."""

import re
from collections.abc import Iterator

from reviewer.matching.heads import find_head
from reviewer.matching.phrases import is_phrase, leading_verb
from reviewer.suggesters.base import Case, Draft, suggester
from reviewer.taxonomy import words
from reviewer.text.vocabulary import unit_class

_TARGET = re.compile(
    r"(?:达到?|不低于|不少于|不超过|控制在|[≥≤<>=])?\d[\d.,]{0,20}[%\u4e00-\u9fff㎡]{0,4}(?:以上|以下|以内)?$"
)
_COUNT_ENDS = {
    "people": "人数",
    "households": "户数",
    "times": "次数",
    "countable": "数量",
    "area": "面积",
    "length": "长度",
}
_DO = re.compile(r"^对(?P<object>.+?)(?:进行|给予|予以|及时给予|开展)(?P<verb>[\u4e00-\u9fff]{2,4})$")


@suggester("direction_word", ["WRD504", "WRD501"], order=20)
def direction_word(case: Case, draft: Draft) -> Iterator[Draft]:
    """提高退休人员的满意度 → 退休人员的满意度; 知晓率显著提升 → 知晓率; 满意度达到95%以上 → 满意度."""
    if draft.row is None:
        return
    name = draft.name
    bare = _TARGET.sub("", name)
    verb = leading_verb(bare, "direction_verbs")
    if verb and find_head(bare) is not None:
        bare = bare[bare.index(verb) + len(verb) :]
    for end in words("direction_ends"):
        trimmed = re.sub(rf"(?:显著|明显|有效|稳步|大幅|逐步|不断|持续)?{re.escape(end)}$", "", bare)
        if trimmed != bare and find_head(trimmed) is not None:
            bare = trimmed
            break
    bare = re.split(r"(?:—|-){2,}", bare)[0].strip("的，,")
    if bare and bare != name and len(bare) >= 2:
        yield draft.change("名称只写考核什么，方向和目标值移到指标值栏。", columns={"name": bare})


@suggester("phrase_to_name", ["WRD501", "CAT103"], order=22)
def phrase_to_name(case: Case, draft: Draft) -> Iterator[Draft]:
    """A phrase becomes the name of what its value counts: 开展培训 3次 → 培训次数; 满足…需求 100% → …需求满足率."""
    if draft.row is None or len(draft.target.numbers) == 0 or len({n.unit for n in draft.target.numbers}) > 1:
        return
    kind = unit_class(draft.target.unit) or ""
    name = draft.name.split("，")[0].split(",")[0]
    done = _DO.match(name)
    if done:
        name = f"{done['object']}{done['verb']}"
    if kind in _COUNT_ENDS:
        verb = leading_verb(name, "task_verbs")
        body = (
            name[name.index(verb) + len(verb) :] if verb in ("开展", "完成", "组织", "举办", "实施", "进行") else name
        )
        end = _COUNT_ENDS[kind]
        # 调整次数 names a count already.
        proposal = body if body.endswith((end, *words("counted_ends"))) else f"{body}{end}"
    elif kind == "rate":
        met = re.match(r"^(?:满足|保障|保证|确保)(?P<what>.{3,})$", name)
        if met is None:
            return
        what = re.sub(r"的?(?:需求|需要)$", "需求", met["what"])
        proposal = f"{what}{'满足率' if what.endswith('需求') else '保障率'}"
    else:
        return
    # 争取民心次数 would count nothing that anybody does.
    still = leading_verb(proposal, "goal_verbs", "pay_verbs", "direction_verbs") and kind != "rate"
    if proposal != draft.name and not is_phrase(proposal) and not still:
        yield draft.change("名称改为可度量的名词。", columns={"name": proposal})
