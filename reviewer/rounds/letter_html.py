"""A letter as one HTML file, for reading, mailing and printing; its template can be replaced like the Word one."""

from pathlib import Path

from reviewer.errors import ReviewerError
from reviewer.rounds.letter import Letter
from reviewer.rounds.letter_template import TABLE_NOTE
from reviewer.writers.words import shown, written

TEMPLATE = Path(__file__).parent / "templates" / "letter.html"


def letter_html(letter: Letter, template: Path | None = None) -> bytes:
    """The letter as HTML.

    Args:
        template: a Jinja template that is given ``letter``; the default one when None.

    Raises:
        ReviewerError: the template cannot be read, or is wrong.
    """
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    # A template of somebody else's: it may show the letter and do nothing more.
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["shown"] = shown
    place = template or TEMPLATE
    try:
        source = place.read_text("utf-8")
    except OSError as error:
        raise ReviewerError(f"模板读不了：{error.strerror or error}", str(place), "检查文件名和权限") from None
    except UnicodeDecodeError:
        raise ReviewerError("模板不是 UTF-8 的文本", str(place), "HTML 意见书要用 HTML 模板，另存为 UTF-8") from None
    try:
        text = environment.from_string(source).render(letter=letter, table_note=TABLE_NOTE)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"{place} 第{line}行" if line else str(place)
        raise ReviewerError(
            f"模板有误：{error.message or error}",
            where,
            "对照默认模板改正（reviewer letter --new-template 意见书.html）",
        ) from None
    return written(text)
