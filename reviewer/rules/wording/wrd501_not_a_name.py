from collections.abc import Iterator

from reviewer.matching.phrases import is_phrase
from reviewer.records import Hit
from reviewer.rules.engine import Context, Row, rule
from reviewer.text import squash
from reviewer.text.values import is_placeholder


@rule(
    "WRD501",
    "名称不是可度量的指标",
    severity="warn",
    smart="S",
    basis=("caiyu-2021-101#highly-relevant", "commission-plan#review"),
    reads=["name"],
)
def check(row: Row, context: Context) -> Iterator[Hit]:
    """指标名称是一句要求、口号或目标，不是可以度量的事物。

    检查：名称以“促进、提高、保障、做好、开展”等动词领起，或是“质量符合标准”“……得到改善”“……是否……”一类的句子，
        又不以数、率、度、时间等可度量的词收尾。
    理由：指标名称应当点明数什么、量什么；一句话里有要求有目标，却不知道考核什么。
    反例：精准实现残疾人兜底保障应保尽保应享尽享；促进农村集体经济发展；提高服务对象的满意度
    正例：纳入兜底保障的残疾人比例；村集体经济收入；服务对象满意度
    例外：名称与值完全相同的由 CAT102 指出；以“影响程度”“情况”收尾的习惯写法不报；“完成时间”“带动就业人数”不报。
    """
    name = row.name
    if is_placeholder(squash(row.indicator.name)) or row.value_is_name:
        return
    if is_phrase(row.indicator.name, counted=bool(row.target.numbers)):
        yield row.hit(
            "name",
            f"“{name}”是一句要求或目标，不是可以度量的指标名称。请改成名词，点明数什么或量什么（如……人数、……率、……时间）。",
            evidence=row.indicator.name,
        )
