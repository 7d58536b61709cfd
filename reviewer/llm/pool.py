"""Several questions at once. The threads are daemons: Ctrl-C does not wait for a slow endpoint."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
_LOOK = 0.2  # seconds between looks at the keyboard


def work(function: Callable[[T], R], items: Sequence[T], workers: int) -> Iterator[tuple[int, R]]:
    """``function`` of each item, as they are done, with the item's place.

    When the caller stops (Ctrl-C, an error), no further item is begun.

    Raises:
        Exception: what ``function`` raised, first come.
    """
    waiting: queue.SimpleQueue[tuple[int, T]] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, R | None, BaseException | None]] = queue.SimpleQueue()
    stop = threading.Event()
    for pair in enumerate(items):
        waiting.put(pair)

    def run() -> None:
        while not stop.is_set():
            try:
                place, item = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((place, function(item), None))
            except BaseException as error:  # handed on to the caller
                done.put((place, None, error))

    for _ in range(min(workers, len(items))):
        threading.Thread(target=run, name="reviewer-llm", daemon=True).start()
    try:
        for _ in items:
            place, result, error = _next(done)
            if error is not None:
                raise error
            yield place, result  # type: ignore[misc]
    finally:
        stop.set()


def _next(
    done: "queue.SimpleQueue[tuple[int, R | None, BaseException | None]]",
) -> tuple[int, R | None, BaseException | None]:
    while True:
        try:
            return done.get(timeout=_LOOK)
        except queue.Empty:
            continue
