"""Which second-level category an indicator belongs to, with the evidence in words.

Name, value, unit and filed category are judged together. The evidence is data: ``taxonomy/heads.yaml`` (what the head
of a name measures and its acceptable homes) and ``taxonomy/category_evidence.yaml`` (weights of heads, value kinds
and cue words). The acceptable homes follow 财预〔2015〕88号 and 财预〔2021〕101号 as the rules cite them.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from reviewer.matching.heads import Head, find_head
from reviewer.matching.model import model_scores
from reviewer.matching.phrases import leading_verb
from reviewer.records import TargetValue, ValueKind
from reviewer.resources import resource
from reviewer.taxonomy import CATEGORIES
from reviewer.taxonomy.loader import load_yaml
from reviewer.text import clean_name, parse_value
from reviewer.text.occurrences import Occurrences
from reviewer.text.vocabulary import unit_class

_COUNTS = ("people", "households", "times", "countable", "area", "length", "volume")
_A_TIME = re.compile(r"/(?:年|季度?|月|周|天|日)$")
_VALUE_WORDS = {
    "date": "指标值是日期",
    "people": "指标值数的是人",
    "households": "指标值数的是户",
    "times": "指标值数的是次数",
    "frequency": "指标值是频次",
    "countable": "指标值数的是个数",
    "area": "指标值是面积",
    "length": "指标值是长度",
    "volume": "指标值是重量或体积",
    "energy": "指标值是技术参数",
    "money": "指标值是金额",
    "money_per": "指标值是单价或人均标准",
    "duration": "指标值是时长",
    "rate": "指标值是比率",
    "qualitative": "指标值是定性描述",
}


@dataclass(frozen=True)
class Evidence:
    """One voice: what was seen, and what it adds to which categories."""

    kind: str
    words: str
    weights: dict[str, float]


@dataclass(frozen=True)
class Verdict:
    """Where an indicator belongs.

    Attributes:
        scores: for each of the nine categories; higher is likelier. No probability.
        evidence: the voices, strongest first.
        homes: acceptable categories, best first; empty when it is no performance indicator.
        gap: how far the filed category lies below the best; 0 when it is the best or nothing is known.
        certain: a voice that says what is measured speaks (a head at the end of the name, the kind of the value).
    """

    scores: dict[str, float]
    evidence: tuple[Evidence, ...]
    homes: tuple[str, ...]
    gap: float
    certain: bool
    head: Head | None


@cache
def settings() -> dict[str, Any]:
    """``taxonomy/category_evidence.yaml``."""
    data: dict[str, Any] = load_yaml(resource("taxonomy", "category_evidence.yaml"))
    return data


@lru_cache(maxsize=8192)
def judge_category(
    name: str, value: str = "", unit: str | None = None, nature: str | None = None, filed: str | None = None
) -> Verdict:
    """Judge where an indicator belongs.

    Args:
        name: third-level indicator as filed.
        value: target value as filed.
        unit: 单位 column.
        nature: 性质 column.
        filed: canonical category under which it was filed.
    """
    target = parse_value(value, unit, nature)
    head = find_head(name)
    voices = [v for v in (_head(name, head, target), _value(target), _model(name)) if v is not None]
    voices += _cues(clean_name(name), target, head)
    scores = dict.fromkeys(CATEGORIES, 0.0)
    for voice in voices:
        for category, weight in voice.weights.items():
            scores[category] += weight
    if filed in scores:
        scores[filed] += settings()["filed"]
    ranked = sorted(CATEGORIES, key=lambda c: -scores[c])
    best = scores[ranked[0]]
    gap = best - scores[filed] if filed in scores else 0.0
    homes = tuple(c for c in ranked if best - scores[c] < settings()["doubt"]["warn"])
    known_head = head is not None and head.at_end
    if head is not None and known_head and not head.homes:
        homes = ()
    return Verdict(
        scores=scores,
        evidence=tuple(sorted(voices, key=lambda v: -max(v.weights.values(), default=0.0))),
        homes=homes,
        gap=gap,
        certain=known_head or _value_kind(target) in ("date", "people", "households"),
        head=head,
    )


def _head(name: str, head: Head | None, target: TargetValue) -> Evidence | None:
    if head is None:
        return None
    weights = settings()["head"]
    # 按时发放工资: what is paid is the object of the verb, not what is measured.
    paid = head.measure == "money" and leading_verb(name, "task_verbs", "pay_verbs", "goal_verbs")
    factor = 1.0 if head.at_end and not paid else weights["inside"]
    if head.measure == "degree" and _value_kind(target) in _COUNTS:
        factor *= weights["counted_degree"]  # 村卫生室实施…制度 ｜ 352个: the value counts, whatever the words
    values = {c: (weights["first"] if n == 0 else weights["accepted"]) * factor for n, c in enumerate(head.homes)}
    values |= dict.fromkeys(head.maybe, weights["maybe"] * factor)
    why = head.why or (f"一般属于{head.homes[0]}" if head.homes else "不是绩效指标")
    return Evidence("head", f"“{head.word.replace('~', '……')}”{why}", values)


def _value_kind(target: TargetValue) -> str | None:
    if target.kind is ValueKind.DATE and target.dates:
        return "date"
    if target.kind is ValueKind.QUALITATIVE:
        return "qualitative"
    if target.number is None:
        return None
    kind = unit_class(target.unit)
    if kind == "times" and _A_TIME.search(target.unit):
        return "frequency"
    if kind == "money" and ("/" in target.unit or "*" in target.unit):
        return "money_per"
    return kind


def _value(target: TargetValue) -> Evidence | None:
    kind = _value_kind(target)
    if kind is None:
        return None
    return Evidence("value", _VALUE_WORDS[kind], dict(settings()["value"][kind]))


@cache
def _cue_words() -> tuple[list[tuple[dict[str, Any], str]], Occurrences]:
    """Each cue with each of its words, and what finds them."""
    cues = [(cue, word) for cue in settings()["cues"] for word in cue["words"]]
    return cues, Occurrences(word for _, word in cues)


def _cues(name: str, target: TargetValue, head: Head | None) -> list[Evidence]:
    """Cue words; beside a head that ends the name, which says it better, only those marked ``always``."""
    kind = _value_kind(target)
    beside_head = head is not None and head.at_end
    said = head.homes if head is not None and beside_head else ()
    found = []
    cues, occurrences = _cue_words()
    standing = {id(cues[index][0]): cues[index] for index in reversed(occurrences.of(name))}  # its first word
    for cue, word in reversed(standing.values()):
        if (beside_head and not cue.get("always")) or any(w in name for w in cue.get("unless", ())):
            continue
        if "with_value" in cue and kind not in cue["with_value"]:
            continue
        # What the head says already is not said twice.
        homes = {category: weight for category, weight in cue["homes"].items() if category not in said}
        if homes:
            found.append(Evidence("cue", f"“{word}”{cue['why']}", homes))
    return found


@lru_cache(maxsize=8192)  # filings share their names far more often than their values
def _model(name: str) -> Evidence | None:
    bare = clean_name(name)
    shares = model_scores(bare) if any(map(str.isalpha, bare)) else {}  # a name of digits tells nothing
    if not shares:
        return None
    top = settings()["model"]
    weights = {c: round(top * share, 3) for c, share in shares.items()}
    best = max(weights, key=lambda c: weights[c])
    return Evidence("model", f"用字与{best}的常见写法相近", weights)
