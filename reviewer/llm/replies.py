"""What a model may answer: one strict type for each task; every key is required, no other is allowed."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=400)]
Sign = Literal["≥", "≤", "=", ">", "<", ""]


class Reply(BaseModel):
    """A reply: no conversion of types, no unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Computation(Reply):
    """A number computed from numbers of the filing: ``result`` is what ``expression`` (``130+20+10``) gives."""

    result: Text
    expression: Text


class ProposedRow(Reply):
    """A row.

    Attributes:
        level2: second-level category.
        number: the number, a date in words, or ``【待填：…】``.
        bank_entry: id of the bank entry followed, "" for none.
    """

    level2: Text
    name: Text
    sign: Sign
    number: Text
    unit: Text
    reason: Text
    bank_entry: Text
    computations: Annotated[list[Computation], Field(max_length=8)]


class _Decision(Reply):
    decision: Literal["rewrite", "give_up"]


class RewriteReply(ProposedRow, _Decision):  # in this order the decision is asked for first
    """A rewrite of one row, or the statement that there is none (then the other fields count for nothing)."""


class MissingReply(Reply):
    """Rows that a form lacks; none is an answer too."""

    rows: Annotated[list[ProposedRow], Field(max_length=6)]


class ExplainReply(Reply):
    """A finding explained to a clerk."""

    problem: Text
    why: Text
    how: Text


class JudgeReply(Reply):
    """Which of the offered verdicts fits a rewrite; the letters stand for verdicts in an order of the caller's."""

    choice: Literal["A", "B", "C"]
    reason: Text


class CheckReply(Reply):
    """The answer to the trial call of ``reviewer model check``."""

    name: Text
    unit: Text


REPLIES: dict[str, type[Reply]] = {
    item.__name__: item for item in (RewriteReply, MissingReply, ExplainReply, JudgeReply, CheckReply)
}
# Length limits are ours to check; some endpoints refuse a schema that holds them.
_DROPPED = frozenset({"title", "maxLength", "maxItems", "default", "description"})


def schema_of(reply: type[Reply]) -> dict[str, Any]:
    """The JSON schema of a reply, references resolved, reduced to what every endpoint knows."""
    whole = reply.model_json_schema()
    schema: dict[str, Any] = _plain(whole, whole.get("$defs", {}))
    return schema


def _plain(node: Any, defs: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_plain(item, defs) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(defs[node["$ref"].rpartition("/")[2]], defs)
    plain = {key: _plain(value, defs) for key, value in node.items() if key not in ("properties", "$defs", *_DROPPED)}
    if "properties" in node:
        plain["properties"] = {key: _plain(value, defs) for key, value in node["properties"].items()}
        plain["required"] = list(node["properties"])
        plain["additionalProperties"] = False
    return plain
