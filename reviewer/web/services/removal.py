"""Taking a filing out of the database; what was done with it stays in the audit trail."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from reviewer.store.models import Decision, Filing, Review, StoredFile


def forget(db: Session, filing: Filing) -> None:
    """Delete a filing with its review and decisions; later versions follow the one before it."""
    db.flush()
    db.execute(delete(Decision).where(Decision.filing_id == filing.id))
    db.execute(delete(Review).where(Review.filing_id == filing.id))
    db.execute(update(Filing).where(Filing.previous_id == filing.id).values(previous_id=filing.previous_id))
    db.execute(delete(Filing).where(Filing.id == filing.id))
    db.execute(delete(StoredFile).where(StoredFile.id == filing.file_id))
    db.expunge(filing)
