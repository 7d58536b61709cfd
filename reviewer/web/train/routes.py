"""Training: an overview, one item at a time, the certificate, and the supervisor's report."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from reviewer.taxonomy import CATEGORIES
from reviewer.training import answering, judge
from reviewer.training.certificate import certificate
from reviewer.training.items import Item
from reviewer.training.judge import Diagnosis
from reviewer.training.progress import STATE_SIGNS, STATE_WORDS, masteries
from reviewer.training.report_excel import workbook
from reviewer.training.scene import view
from reviewer.training.settings import CLEAN, LEVEL_WORDS
from reviewer.web.deps import Me, Work
from reviewer.web.pages import render

router = APIRouter()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_Text = Annotated[str, Field(max_length=2000)]


class Marked(BaseModel):
    """The first two steps."""

    model_config = ConfigDict(extra="forbid")
    marks: list[_Text] = Field(max_length=400)
    code: str = Field(max_length=12)


class Written(BaseModel):
    """The third step: new words by cell, and a row to add."""

    model_config = ConfigDict(extra="forbid")
    texts: dict[_Text, _Text] = Field(max_length=400)
    added: dict[_Text, _Text] = Field(default_factory=dict, max_length=10)


@router.get("")
def index(request: Request, actor: Me, services: Work) -> Response:
    """How far the person is, and what comes next."""
    known = services.training.known(actor)
    rules = masteries(known)
    flawed = [m for m in rules if m.code != CLEAN]
    return render(
        request,
        "train/index.html",
        rules=rules,
        known=known,
        due=[m for m in flawed if m.due is not None and m.due <= known.now],
        mastered=sum(m.state == "mastered" for m in flawed),
        total=len(flawed),
        granted=certificate(known, actor.shown, actor.unit).granted,
        clean=CLEAN,
        state_words=STATE_WORDS,
        state_signs=STATE_SIGNS,
        level_words=LEVEL_WORDS,
    )


@router.get("/next")
def next_one(actor: Me, services: Work, rule: str = "") -> Response:
    """To the item to do now."""
    item_id = services.training.next(actor, rule)
    return RedirectResponse(f"/train/items/{quote(item_id)}" + (f"?rule={quote(rule)}" if rule else ""), 303)


@router.get("/items/{item_id}")
def item(request: Request, actor: Me, services: Work, item_id: str, rule: str = "") -> Response:
    """One item."""
    found = services.training.begin(actor, item_id)
    return render(
        request,
        "train/item.html",
        item=found,
        forms=view(found.content),
        choices=[(code, judge.name_of(code)) for code in judge.choices(found)],
        number=len(services.training.known(actor).answers) + 1,
        level=LEVEL_WORDS[found.level],
        rule=rule[:12],
    )


@router.post("/items/{item_id}/diagnosis")
def diagnose(actor: Me, services: Work, item_id: str, body: Marked) -> dict[str, Any]:
    """Judge what was marked and the rule named; tells where the flaw is, and what may be rewritten."""
    found = services.training.item(item_id)
    diagnosis = services.training.diagnose(actor, item_id, body.marks, body.code or CLEAN)
    told = _diagnosis(found, diagnosis)
    if found.code != CLEAN:
        told |= {
            "cells": [_cell(found, cell.path, cell.label, cell.text) for cell in answering.open_cells(found)],
            "add": [{"key": key, "label": answering.COLUMN_WORDS[key]} for key in answering.adds_row(found)],
            "categories": list(CATEGORIES),
            "may_be_empty": found.may_be_empty,
        }
    return told


@router.post("/items/{item_id}/check")
def check(actor: Me, services: Work, item_id: str, body: Written) -> dict[str, Any]:
    """Judge what is being written; nothing is kept."""
    return services.training.check(item_id, body.texts, body.added).model_dump()


@router.post("/items/{item_id}/answer")
def answer(actor: Me, services: Work, item_id: str, body: Written) -> dict[str, Any]:
    """End the item: the judgement, the explanation and the reference."""
    found = services.training.item(item_id)
    kept, diagnosis, mending = services.training.finish(actor, item_id, body.texts, body.added)
    told = judge.explain(found)
    return {
        **_diagnosis(found, diagnosis),
        "fixed": kept.fixed,
        "mending": mending.model_dump() if mending else None,
        "code": found.code,
        "name": judge.name_of(found.code),
        "messages": list(told.messages[:2]),
        "besides": list(told.besides),
        "reason": told.reason,
        "basis": list(told.basis),
        "reference": [change.model_dump() for change in answering.reference(found)],
        "others": list(found.others),
    }


@router.get("/certificate")
def certificate_page(request: Request, actor: Me, services: Work) -> Response:
    """The certificate, or the record of what was learnt so far; to be printed."""
    made = certificate(services.training.known(actor), actor.shown, actor.unit)
    return render(
        request, "train/certificate.html", made=made, clean=CLEAN, state_words=STATE_WORDS, state_signs=STATE_SIGNS
    )


@router.get("/report.xlsx")
def report(actor: Me, services: Work) -> Response:
    """The supervisor's workbook over all units."""
    people = services.training.learners(actor)
    name = quote("学习情况.xlsx")
    headers = {"content-disposition": f"attachment; filename=\"training.xlsx\"; filename*=UTF-8''{name}"}
    return Response(workbook(people, services.training.now()), media_type=_XLSX, headers=headers)


def _cell(found: Item, path: str, label: str, text: str) -> dict[str, Any]:
    is_heading = path.endswith("/level2")
    return {
        "path": path,
        "place": answering.place_words(found.content, path),
        "label": label,
        "text": answering.category_in(found.content, path) if is_heading else text,
        "heading": is_heading,
        "row": "/rows/" in path,
    }


def _diagnosis(found: Item, diagnosis: Diagnosis) -> dict[str, Any]:
    return {"clean": found.code == CLEAN, **diagnosis.model_dump()}
