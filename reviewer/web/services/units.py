"""Units (预算单位) by name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewer.store.audit import Person, record
from reviewer.store.models import Unit
from reviewer.text.normalize import squash


def unit_named(db: Session, person: Person | None, name: str) -> int:
    """The id of the unit of a name; made when there is none. Spaces and widths of letters do not matter."""
    wanted = squash(name)
    for unit in db.scalars(select(Unit)):
        if squash(unit.name) == wanted:
            return unit.id
    unit = Unit(name=name.strip()[:200])
    db.add(unit)
    db.flush()
    record(db, person, "unit_changed", name=unit.name)
    return unit.id
