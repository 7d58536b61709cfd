"""Deciding on a filing; each answer is its whole state, so that a page need not guess."""

from typing import Annotated

from fastapi import APIRouter, Query

from reviewer.web.api.bodies import Deciding, Rewriting, Version, Versioned
from reviewer.web.deps import Me, Work
from reviewer.web.services.shapes import WorkState

router = APIRouter(prefix="/filings/{filing_id}", tags=["decisions"])


@router.get("/state")
def state(actor: Me, services: Work, filing_id: str) -> WorkState:
    """What decisions made of a filing."""
    return services.work.state(actor, filing_id)


@router.post("/decisions")
def decide(actor: Me, services: Work, filing_id: str, body: Deciding) -> WorkState:
    """Accept, edit or reject a suggestion or a finding."""
    return services.work.decide(
        actor,
        filing_id,
        body.version,
        body.target,
        body.verdict,
        reason=body.reason,
        rows=body.rows,
        message=body.message,
    )


@router.delete("/decisions/{number}")
def take_back(
    actor: Me, services: Work, filing_id: str, number: int, version: Annotated[Version, Query()]
) -> WorkState:
    """Take back one decision."""
    return services.work.undo(actor, filing_id, version, number)


@router.post("/rows/{row_id}")
def rewrite(actor: Me, services: Work, filing_id: str, row_id: str, body: Rewriting) -> WorkState:
    """Put a row into one's own words."""
    return services.work.rewrite(actor, filing_id, body.version, row_id, body.row, reason=body.reason)


@router.post("/accept-safe")
def accept_safe(actor: Me, services: Work, filing_id: str, body: Versioned) -> WorkState:
    """Accept all safe suggestions in one step."""
    return services.work.accept_safe(actor, filing_id, body.version)


@router.post("/undo")
def undo(actor: Me, services: Work, filing_id: str, body: Versioned) -> WorkState:
    """Take back the last step."""
    return services.work.undo(actor, filing_id, body.version)
