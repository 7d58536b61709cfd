"""The workbench: drop filings, see what is wrong, decide."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, JSONResponse, Response

from reviewer.resources import resource
from reviewer.rounds.compare import compare
from reviewer.web.deps import Me, Work
from reviewer.web.help.tour import STEPS
from reviewer.web.pages import render
from reviewer.web.workbench.model import model

router = APIRouter()

# What can be taken away: kind, name, what it is for.
EXPORTS = (
    ("annotated", "带批注的原文件", "意见写在单位自己的表上，退给单位改"),
    ("corrected", "改好的文件", "采纳的改动写进原表，其余一字不动"),
    ("letter.docx", "审核意见书（Word）", "按表编号的意见、依据、修改建议"),
    ("letter.html", "审核意见书（网页）", "可直接打印"),
    ("report.html", "完整报告（网页）", "一个文件，可离线看"),
    ("report.csv", "意见清单（表格）", "用 Excel 打开"),
    ("report.json", "数据（JSON）", "给别的程序用"),
)


@router.get("")
def index(request: Request, actor: Me, services: Work) -> Response:
    """Where filings are dropped, and those at hand."""
    limits = request.app.state.settings.limits.upload
    return render(request, "workbench/index.html", limits=limits, suffixes=services.filings.suffixes())


@router.get("/sample")
def sample(actor: Me) -> Response:
    """The example: a real filing, published by its unit."""
    return FileResponse(resource("examples", "shifeng-2023.docx"), filename="shifeng-2023.docx")


@router.get("/{filing_id}")
def page(request: Request, actor: Me, services: Work, filing_id: str, tour: str | None = None) -> Response:
    """One filing."""
    filing = services.filings.get(actor, filing_id)
    if filing.state in ("reading", "failed"):
        return render(request, "workbench/waiting.html", filing=filing)
    work = services.work.open(actor, filing_id)
    forms = [(form_id, work.view.form_title(form_id)) for form_id in work.view.forms]
    steps = [asdict(step) for step in STEPS] if tour is not None else []
    return render(request, "workbench/page.html", filing=filing, forms=forms, exports=EXPORTS, tour=steps)


@router.get("/{filing_id}/model")
def drawn(actor: Me, services: Work, filing_id: str) -> Response:
    """What the page draws of it."""
    work = services.work.open(actor, filing_id)
    second = None
    if work.filing.previous is not None:
        second = compare(services.work.open(actor, work.filing.previous).base, work.base)
    return JSONResponse(model(work.view, work.grids, second))
