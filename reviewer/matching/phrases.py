"""Whether a name is a phrase (an instruction, a goal) rather than the name of something that is measured."""

import re
from functools import cache

from reviewer.matching.heads import find_head
from reviewer.taxonomy import words
from reviewer.text import clean_name

_CLAUSES = re.compile(r"[,，;；。]|并(?=[\u4e00-\u9fff]{4})")
# Subject and predicate: 质量符合国家标准, 生活得到改善, 村卫生室实施…制度, 教育均衡化发展.
_PREDICATE = re.compile(
    r"是否|符合.{0,12}(?:标准|要求|规定|规范)|得到(?:有效|明显|显著)?(?:改善|提升|保障|提高|增强|落实|解决)"
    r"|得到[^的]{0,4}(?:利用|治理|保护|控制|满足|加强|优化|巩固|发展|遏制|恢复|完善|规范|修复|救助|关爱|发挥|整治|改观|增加)(?=$|[,，;；、])"
    r"|..有(?:所|了|较大|明显)?(?:保障|提高|提升|改善|增强|好转|改观)(?=$|[,，;；])"
    r"|..(?:持续|稳定|稳步|不断)增收(?:致富)?$|(?:效果|成效|影响|变化)(?:显著|明显|突出|良好)$"
    r"|..(?:实施|执行|落实|开展).{2,99}(?:制度|政策|补助|工作|措施)$"
    r"|(?:均衡|均衡化|协调|可持续|健康|和谐|快速|高质量|平稳|有序)发展$|(?:长期|持续)实施$"
    r"|^控制在|保驾护航$|^服务保障|^对.{2,99}(?:进行|给予|予以)|后[,，]|应.尽.|可(?:持续|以|有效)(?:地)?.{0,12}(?:提供|降低|提高|减少|改善)"
)
# A time that opens a name: 2023年, 6月底前, 截至2026年12月底，, 上半年.
_DEADLINE = re.compile(
    r"^(?:截至|截止|截止到|在)?(?:\d{4}年度?(?:\d{1,2}月)?|\d{1,2}月份?|上半年|下半年|年内|年底|[一二三四]季度)"
    r"(?:底|末|\d{1,2}日)?(?:之?前|以前)?[,，]?"
)
_REMARK = re.compile(r"[(（][^()（）]*[)）]$")
_SERVICE = re.compile(r"为(?!了).{2,}(?:提供|做好|服务)")
_FUND_USE = re.compile(r"元.{0,4}(?:用于|投入到)|^(?:主要|全部)?用于.*(?:支出|经费|费用|开支|资金)")


@cache
def _alternatives(*lists: str) -> str:
    every = sorted({w for name in lists for w in words(name)}, key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, every)) + ")"


@cache
def _starts_with(*lists: str) -> re.Pattern[str]:
    return re.compile(rf"^{_alternatives('adverbs')}{{0,3}}({_alternatives(*lists)})")


def leading_verb(name: str, *lists: str) -> str:
    """The verb of ``lists`` (names in ``taxonomy/words.yaml``) that opens the name, adverbs aside; "" for none."""
    found = _starts_with(*lists).match(clean_name(name))
    return found.group(1) if found else ""


def without_deadline(name: str) -> str:
    """``name`` without a time that opens it: 上半年完成宣传片制作 → 完成宣传片制作."""
    return _DEADLINE.sub("", clean_name(name))


def clauses(name: str) -> list[str]:
    """The clauses of a name, without empty ones."""
    return [c for c in _CLAUSES.split(clean_name(name)) if c]


def ends_measurably(name: str) -> bool:
    """Whether a name ends with something that is measured (a head, or 数 率 度 情况 …)."""
    bare = _REMARK.sub("", clean_name(name))
    head = find_head(name)
    if head is not None and head.at_end:
        return True
    return bare.endswith(words("measurable_ends"))


def is_phrase(name: str, *, counted: bool = True) -> bool:
    """Whether a name is an instruction, a slogan or a goal instead of the name of a count, rate, level or date.

    Args:
        counted: the value holds a number, so that 增加农民收入 may stand for the amount of it.
    """
    bare = _REMARK.sub("", clean_name(name))
    if not bare or bare.endswith(("影响程度", "影响情况", "的作用", "的影响", "的效果", "的贡献")):
        return False
    if any(_SERVICE.match(c) and not c.startswith(words("fixed_service_terms")) for c in clauses(bare)):
        return True
    timeless = without_deadline(bare)
    if timeless != bare and timeless.endswith(words("done_ends")):
        return True  # 2023年项目完工、投入使用
    bare = timeless or bare
    parts = clauses(bare)
    if counted and bare.endswith(words("counted_ends")) and len(parts) == 1:
        return False
    if leading_verb(bare, "direction_verbs"):
        return True
    if _PREDICATE.search(bare) and not (len(parts) == 1 and bare.endswith(("率", "数量", "时间", "满意度"))):
        return True
    verb = leading_verb(bare, "goal_verbs", "task_verbs", "duty_verbs", "pay_verbs", "making_verbs")
    if len(parts) == 1 and ends_measurably(bare) and not _verb_and_object(bare, verb):
        return False
    if verb in words("making_verbs"):
        made = bare.split(verb, 1)[1]
        return bool(made) and not made.startswith(words("making_nouns"))
    return bool(verb)


def _verb_and_object(name: str, verb: str) -> bool:
    """Whether a known head at the end is the object of the verb: 保障村社区正常运转, 清算…物业费, not 保障能力."""
    head = find_head(name)
    if not verb or head is None or not head.at_end or clean_name(name) == head.word:
        return False
    return head.measure == "degree" or (head.measure == "money" and verb in words("pay_verbs"))


def is_goal(name: str) -> bool:
    """Whether a name is a goal or a state of things that a bare percentage cannot measure (维护社会稳定 ≥95%)."""
    bare = clean_name(name)
    head = find_head(bare)
    if head is not None and (head.measure == "rate" or (head.at_end and head.measure not in (None, "degree"))):
        return False
    if bare.endswith(tuple(e for e in words("measurable_ends") if e not in ("程度", "情况", "度"))):
        return False
    verb = leading_verb(bare, "direction_verbs")
    if verb and find_head(bare.split(verb, 1)[1]) is not None and head is not None and head.polarity == "bad":
        return False  # 降低能耗 3%: the change of something that is measured
    if any(leading_verb(clause, "goal_verbs") for clause in clauses(bare)) or "是否" in bare:
        return True
    if re.search(r"(?:改善|提高|提升|增强|发展|稳定|正常运转|正常运行)$|得到(?:改善|提升|提高)", bare):
        return True
    return bool(re.search(r"可以?有效地?(?:降低|减少|提高)", bare))


def is_evidenced(value: str) -> bool:
    """Whether a qualitative value can be checked: a base to compare with, or an event that did or did not happen."""
    bare = clean_name(value)
    return any(w in bare for w in (*words("baseline_words"), *words("evidence_words")))


def vague_word(value: str) -> str:
    """The longest vague word in a value (``不断提高`` → ``不断``); "" for none."""
    bare = clean_name(value)
    return next((w for w in words("vague") if w in bare), "")


def is_fund_use(value: str) -> bool:
    """Whether a value says what money is spent on (372万元将用于学校运转支出) instead of a target."""
    return bool(_FUND_USE.search(clean_name(value)))
