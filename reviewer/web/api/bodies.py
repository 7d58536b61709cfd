"""What the REST API takes."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=2000)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="the version that the person saw")]


class Body(BaseModel):
    """A body that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid")


class Versioned(Body):
    """A change of what was seen in one version."""

    version: Version


class Deciding(Versioned):
    """A decision on a suggestion (by id) or a finding (``意见N``)."""

    target: Annotated[str, Field(max_length=120)]
    verdict: Literal["accept", "edit", "reject"]
    reason: Text = ""
    rows: Annotated[list[dict[str, Text | None]], Field(max_length=20)] = []
    message: Text = ""


class Rewriting(Versioned):
    """A row in one's own words: the columns that change."""

    row: dict[str, Text | None]
    reason: Text = ""


class Moving(Versioned):
    """A filing on its way: to another state, or with another deadline."""

    to: Literal["open", "in_review", "returned", "passed"]
    note: Text = ""


class Deadline(Versioned):
    """Until when a filing is to be settled; null for no deadline."""

    deadline: date | None
