"""From what a model wrote to a typed reply: thinking and fences are taken off, the rest must be exactly right."""

import json
import re
from typing import Any, TypeVar

from pydantic import ValidationError

from reviewer.llm.failures import FailureKind
from reviewer.llm.replies import Reply

R = TypeVar("R", bound=Reply)
# Far beyond any reply that was asked for; a server that sends more is not read to the end.
MAX_CHARS = 200_000
_MOST_TRIED = 64  # places where an object may begin
_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning|reflection)>", re.I)
# Some servers cut the opening tag off, some models never close it.
_TAIL_OF_THOUGHT = re.compile(r"^.*</(?:think|thinking|thought|reasoning|reflection)>", re.S | re.I)
_OPEN_THOUGHT = re.compile(r"<(?:think|thinking|thought|reasoning|reflection)>.*$", re.S | re.I)
_FINAL = re.compile(r"<\|channel\|>\s{0,8}final\b")
_MESSAGE = "<|message|>"
_FENCE = re.compile(r"```[a-zA-Z0-9_-]{0,20}+[ \t]{0,20}+\n?(.*?)```", re.S)


class ParseError(Exception):
    """A text that is no reply of the type asked for.

    Attributes:
        kind: empty, truncated, not_json or wrong_shape.
        detail: what is wrong, in Chinese, for the model and for a person.
    """

    def __init__(self, kind: FailureKind, detail: str = "") -> None:
        super().__init__(detail or kind.value)
        self.kind = kind
        self.detail = detail


def parse(text: str, reply: type[R]) -> R:
    """The reply in a text.

    Raises:
        ParseError: the text is empty, no JSON, cut off, or JSON of another shape.
    """
    return build(find_object(text), reply)


def build(content: Any, reply: type[R]) -> R:
    """The reply in decoded JSON.

    Raises:
        ParseError: it has another shape, or holds a number that JSON does not know.
    """
    try:
        # Through JSON again: strict types then mean those of JSON.
        return reply.model_validate_json(json.dumps(content, allow_nan=False))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "整体"
        raise ParseError(FailureKind.WRONG_SHAPE, f"{place}：{_said(first)}") from None
    except ValueError:
        raise ParseError(FailureKind.WRONG_SHAPE, "含有 NaN 或 Infinity") from None


def _said(error: Any) -> str:
    words = {
        "missing": "缺少这一项",
        "extra_forbidden": "没有要求这一项",
        "string_type": "要用字符串",
        "list_type": "要用数组",
        "literal_error": f"只能是 {error.get('ctx', {}).get('expected', '')}",
        "string_too_long": "太长",
        "too_long": "项数太多",
        "model_type": "要用对象",
    }
    return str(words.get(error["type"], error["msg"]))


def find_object(text: str) -> Any:
    """The one JSON object in a text, with thinking, fences and words around it taken off.

    Raises:
        ParseError: there is none, it is cut off, or there are several.
    """
    if len(text) > MAX_CHARS:
        raise ParseError(FailureKind.WRONG_SHAPE, f"回复超过 {MAX_CHARS} 个字符")
    bare = _final_channel(_without_thoughts(text.replace("\ufeff", "")))
    bare = _OPEN_THOUGHT.sub("", _TAIL_OF_THOUGHT.sub("", bare)).strip()
    if not bare:
        raise ParseError(FailureKind.EMPTY)
    fenced = [block for block in _FENCE.findall(bare) if "{" in block]
    if len(fenced) == 1:
        bare = fenced[0].strip()
    whole = _decoded(bare)
    if whole is not None:
        return whole
    return _embedded(bare)


def _without_thoughts(text: str) -> str:
    """The text without closed passages of thinking; one pass, however many are opened and never closed."""
    lowered = text.lower() if len(text.lower()) == len(text) else text
    kept: list[str] = []
    place = 0
    while opened := _THOUGHT.search(text, place):
        mark = f"</{opened.group(1).lower()}>"
        closed = lowered.find(mark, opened.end())
        if closed < 0:
            break
        kept.append(text[place : opened.start()])
        place = closed + len(mark)
    return "".join([*kept, text[place:]])


def _final_channel(text: str) -> str:
    """What a harmony model says in its last final channel; the text itself where it has none."""
    starts = [m.end() for m in _FINAL.finditer(text, 0, max(text.rfind(_MESSAGE), 0))]
    return text[text.find(_MESSAGE, starts[-1]) + len(_MESSAGE) :] if starts else text


def _decoded(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    except json.JSONDecodeError:
        return None
    except (RecursionError, ValueError):  # nested by the thousand, or a whole number of thousands of digits
        raise ParseError(FailureKind.WRONG_SHAPE, "嵌套太深，或有过长的数") from None


def _embedded(text: str) -> Any:
    """The only object among other words."""
    decoder = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    found: list[Any] = []
    place = text.find("{")
    cut = False
    tried = 0
    while place >= 0:
        tried += 1
        if tried > _MOST_TRIED:
            raise ParseError(FailureKind.NOT_JSON, "有太多不完整的 JSON 对象")
        try:
            content, end = decoder.raw_decode(text, place)
        except json.JSONDecodeError:
            cut = cut or _is_cut(text[place:])
            end = place + 1
            if cut:
                break
        except (RecursionError, ValueError):
            raise ParseError(FailureKind.WRONG_SHAPE, "嵌套太深，或有过长的数") from None
        else:
            if isinstance(content, dict):
                found.append(content)
        place = text.find("{", end)
    if len(found) == 1 and not cut:
        return found[0]
    if cut:
        raise ParseError(FailureKind.TRUNCATED, "JSON 没有写完")
    raise ParseError(FailureKind.NOT_JSON, "有不止一个 JSON 对象" if found else "没有可读的 JSON 对象")


def _is_cut(text: str) -> bool:
    """Whether an object that begins here is still open at the end."""
    depth, inside, escaped = 0, False, False
    for c in text:
        if inside:
            escaped, inside = (c == "\\" and not escaped), not (c == '"' and not escaped)
        elif c == '"':
            inside = True
        elif c in "{[":
            depth += 1
        elif c in "}]":
            depth -= 1
            if depth == 0:
                return False
    return True


def _no_constant(name: str) -> Any:
    raise ParseError(FailureKind.WRONG_SHAPE, f"含有 {name}")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ParseError(FailureKind.WRONG_SHAPE, "同一项写了两次")
    return content
