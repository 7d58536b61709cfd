"""The tour: ten minutes on the example, step by step; the workbench walks the same steps beside the filing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        key: what the workbench waits for before it goes on: the name of what a person does there; "" for a click on.
        minutes: about how long.
    """

    key: str
    title: str
    text: str
    minutes: int


STEPS = (
    Step(
        "",
        "认识这一页",
        "左边是单位报来的表，和纸上一样。有颜色、带编号的格子有问题：× 必须修改，△ 应当修改，○ 提示。"
        "右边是问题清单，一条对应左边一个编号。",
        1,
    ),
    Step(
        "next",
        "一条一条看",
        "按键盘 J 看下一条，K 看上一条（或用鼠标点）。左边的表会自己滚到那一格。先看三条。",
        1,
    ),
    Step(
        "rule",
        "为什么算问题",
        "每条意见下面有依据。点“规则 ……：查什么、正反例子”，看这条规则查什么、错的怎么写、对的怎么写；看完按 Esc。",
        1,
    ),
    Step(
        "accept",
        "采纳一条建议",
        "找一条写着“√ 可直接采用”的建议（如给“90%”加上“≥”），按 A 采纳。"
        "左边的格子马上变成改后的内容，并重新检查：解决了的意见打上 √。",
        1,
    ),
    Step("undo", "后悔了就撤销", "按 U 撤销刚才那一步。处理多少步，就能撤销多少步。", 1),
    Step(
        "edit",
        "改一改再采纳",
        "建议里有【待填】的，程序在表里找不到这个数，不会替你编。按 E，把【待填】改成实际的数，按 Ctrl+Enter 保存。",
        2,
    ),
    Step(
        "reject",
        "不同意就说明理由",
        "有的意见不合适：按 R，选一个或写一个理由。理由会留在处理记录里，以后不再提。",
        1,
    ),
    Step(
        "safe",
        "一次采纳全部放心的",
        "点上方“采纳放心的 N 条”（或按 S），把不改变原意的改动一次做完；反悔可以一步撤销。",
        1,
    ),
    Step(
        "export",
        "拿走结果",
        "点“导出”：带批注的原文件、改好的文件、审核意见书，都是 Word 或 Excel。结束。",
        1,
    ),
)
