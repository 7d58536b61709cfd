"""What is told when two people change the same thing."""

from reviewer.errors import ReviewerError


class ConflictError(ReviewerError):
    """Somebody else changed the row since it was read: nothing was overwritten."""

    def __init__(self, who: str = "") -> None:
        by = f"{who}刚刚" if who else "别人刚刚"
        super().__init__(
            f"{by}改过这份申报表，您的这一步没有保存，以免盖掉对方的改动", "", "刷新后看到最新内容，再改一次"
        )
