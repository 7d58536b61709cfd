"""Help: every rule's page, a search, and a tour."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from reviewer.web.deps import Me
from reviewer.web.help.guide import GRADES, families, rule_pages, search
from reviewer.web.help.tour import STEPS
from reviewer.web.pages import render
from reviewer.web.problems import NotFoundError

router = APIRouter()


@router.get("")
def index(request: Request, actor: Me, q: str = "") -> Response:
    """All rules by family; with ``q``, those that the words lead to."""
    found = None if not q.strip() else {page.code for page in search(q)}
    groups = [(family, question, pages) for family, question, pages in families()]
    return render(request, "help/index.html", families=groups, q=q[:100], found=found)


@router.get("/rules/{code}")
def rule(request: Request, actor: Me, code: str) -> Response:
    """The page of one rule."""
    pages = rule_pages()
    page = pages.get(code.upper())
    if page is None:
        raise NotFoundError(f"没有代码为“{code[:20]}”的规则", "", "从“帮助”里找，或用搜索")
    codes = list(pages)
    at = codes.index(page.code)
    beside = [pages[codes[n]] if 0 <= n < len(codes) else None for n in (at - 1, at + 1)]
    return render(request, "help/rule.html", page=page, grades=GRADES, before=beside[0], after=beside[1])


@router.get("/tour")
def tour(request: Request, actor: Me) -> Response:
    """Ten minutes on the example."""
    return render(request, "help/tour.html", steps=STEPS)
