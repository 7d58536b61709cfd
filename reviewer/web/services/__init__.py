"""What the application does, for pages and the REST API alike.

Each function takes the actor, checks what he may do, and opens its own transaction: when it returns, what it did is
kept.
"""

from reviewer.store import Store
from reviewer.web.services.access import AccessService
from reviewer.web.services.board import BoardService
from reviewer.web.services.checks import CheckService
from reviewer.web.services.exports import ExportService
from reviewer.web.services.filings import FilingService
from reviewer.web.services.people import PeopleService
from reviewer.web.services.reading import Reading
from reviewer.web.services.training import TrainingService
from reviewer.web.services.work import WorkService
from reviewer.web.settings import Settings


class Services:
    """All services of one application."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.reading = Reading(settings, store)
        self.access = AccessService(settings, store)
        self.work = WorkService(store)
        self.training = TrainingService(store)
        self.filings = FilingService(settings, store, self.reading, self.work)
        self.board = BoardService(store, self.filings)
        self.people = PeopleService(settings, store, self.access)
        self.exports = ExportService(store, self.work)
        self.checks = CheckService(self.work, self.exports)
