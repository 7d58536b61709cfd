"""Rules, the indicator bank, and who is asking."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from reviewer.web.deps import Me
from reviewer.web.services import library

router = APIRouter(tags=["library"])


@router.get("/me")
def me(actor: Me) -> dict[str, Any]:
    """Who is asking."""
    return {"name": actor.name, "shown": actor.shown, "role": actor.role, "unit": actor.unit}


@router.get("/rules")
def rules(actor: Me) -> dict[str, list[dict[str, Any]]]:
    """All rules."""
    return {"rules": library.rules()}


@router.get("/rules/{code}")
def rule(actor: Me, code: str) -> dict[str, Any]:
    """One rule with its page and authorities."""
    return library.rule(code)


@router.get("/bank")
def bank(
    actor: Me,
    q: Annotated[str, Query(max_length=120, description="name of an indicator")],
    level2: Annotated[str, Query(max_length=40)] = "",
    sector: Annotated[str, Query(max_length=40)] = "",
    top: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """Entries of the indicator bank that mean the same or come near."""
    return library.search_bank(q, level2, sector, top)
