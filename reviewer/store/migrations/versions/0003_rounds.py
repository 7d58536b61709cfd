"""Rounds of what was handed in, apart from the drafts between them"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this schema."""
    op.execute(
        "ALTER TABLE filings ADD COLUMN earlier_id VARCHAR(32) CONSTRAINT fk_filings_earlier_id REFERENCES filings (id)"
    )
    op.add_column("filings", sa.Column("turn", sa.Integer(), nullable=True))
    op.create_index("ix_filings_earlier_id", "filings", ["earlier_id"])
    filings = sa.table(
        "filings", *(sa.column(name) for name in ("id", "previous_id", "handed_in", "earlier_id", "turn"))
    )
    db = op.get_bind()
    rows = db.execute(sa.select(filings.c.id, filings.c.previous_id, filings.c.handed_in)).all()
    before = {row.id: row.previous_id for row in rows}
    handed = {row.id for row in rows if row.handed_in is not None}

    def earlier(filing_id: str) -> str | None:
        found = before.get(filing_id)
        while found is not None and found not in handed:
            found = before.get(found)
        return found

    for filing_id in handed:
        chain, found = 1, earlier(filing_id)
        while found is not None:
            chain, found = chain + 1, earlier(found)
        values = {"earlier_id": earlier(filing_id), "turn": chain}
        db.execute(sa.update(filings).where(filings.c.id == filing_id).values(values))
