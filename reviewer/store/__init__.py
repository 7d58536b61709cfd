"""Where the web application keeps what must not be lost: units, people, filings, decisions, and who did what when.

One SQLite file in a data folder by default, PostgreSQL by URL; uploaded files lie beside it under random names.
"""

from reviewer.store.database import Store, open_store

__all__ = ["Store", "open_store"]
