"""Errors meant for a person: what is wrong, where, and what to do about it."""


class ReviewerError(Exception):
    """A problem that the user can act on; shown in Chinese, exit code 2, never with a traceback.

    Args:
        what: what went wrong, one sentence.
        where: the file, line or setting concerned ("" when there is none).
        remedy: what the user can do now ("" when nothing helps).
    """

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"位置：{self.where}")
        if self.remedy:
            parts.append(f"怎么办：{self.remedy}")
        return "；".join(parts)


class UnreadableFileError(ReviewerError):
    """A filing that cannot be opened or holds no table that can be read."""


class DataError(ReviewerError):
    """A file of ``taxonomy/``, ``prompts/`` or ``eval_sets/``, or a user's own data file, that breaks its format."""
