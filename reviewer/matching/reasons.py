"""Why two names were held to mean the same, or not, in Chinese."""

from collections.abc import Iterable

from reviewer.matching.decompose import Parts, Token
from reviewer.matching.lexicon import lexicon
from reviewer.matching.similarity import Comparison


def reasons_for(query: Parts, other: Parts, found: Comparison, synonym: str = "") -> tuple[str, ...]:
    """The reasons of a comparison.

    Args:
        query: the name asked for, taken apart.
        other: the row's name or synonym, taken apart.
        found: what ``compare`` said of the two.
        synonym: the synonym when it is not the row's own name that was compared.
    """
    if query.text == other.text:
        return (f"与别名“{synonym}”相同",) if synonym else ("名称相同",)
    reasons = [f"按别名“{synonym}”比较"] if synonym else []
    reasons.append(_heads(query, other, found.head))
    reasons += _meant_alike(found)
    if found.opposite:
        one, another = found.opposite
        reasons.append(f"含义相反：{_shown(one)}与{_shown(another)}")
    if found.rivals:
        kind = {"action": "动作", "group": "对象", "quantity": "口径"}[found.rivals[0].term.rival]
        reasons.append(f"{kind}不同：{found.rivals[0].word}与{found.rivals[1].word}")
    mentioned = {t.word for t in (*(found.rivals or ()), *(found.opposite or ()))}
    more = _listed(t for t in found.left if t.word not in mentioned)
    less = _listed(t for t in found.right if t.word not in mentioned)
    if more:
        reasons.append(f"本指标另有：{more}")
    if less:
        reasons.append(f"库中另有：{less}")
    return tuple(r for r in reasons if r)


def _heads(query: Parts, other: Parts, factor: float) -> str:
    labels = lexicon().head_labels
    one, another = (labels[head] if head else "未写明衡量方式" for head in (query.head, other.head))
    if query.head == other.head:
        return f"同为{one}" if query.head else ""
    if factor >= 0.8:
        return f"衡量方式相近：{query.ending or one}≈{other.ending or another}"
    return f"衡量方式不同：{one}与{another}"


def _meant_alike(found: Comparison) -> list[str]:
    equal: dict[str, list[str]] = {}
    for one, other in (*found.common, *found.near):
        kind = "动作" if one.term.rival == "action" else "口径" if one.term.rival == "quantity" else "对象"
        if one.term.axis and not one.term.rival:
            kind = "要点"
        if one.word == other.word:
            equal.setdefault(f"{kind}相同", []).append(one.word)
        else:
            equal.setdefault(f"{kind}相近", []).append(f"{one.word}≈{other.word}")
    return [f"{kind}：{'、'.join(sorted(words))}" for kind, words in sorted(equal.items())]


def _shown(token: Token) -> str:
    return token.word if token.term.sign >= 0 or token.word in lexicon().terms else token.term.label


def _listed(tokens: Iterable[Token]) -> str:
    return "、".join(dict.fromkeys(t.word for t in tokens))
