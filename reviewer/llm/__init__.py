"""Language models: settings, prompts, typed calls with redaction, cache, record and replay, accounting.

Importing this package is light; openai and langchain are imported when a call is made, and nowhere but in
``transport.py``.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reviewer.llm.failures import CallFailure, FailureKind
    from reviewer.llm.session import Answer, Request, Session, default_session, open_session
    from reviewer.llm.settings import ModelSettings, load_settings

_HOMES = {
    "Answer": "session",
    "CallFailure": "failures",
    "FailureKind": "failures",
    "ModelSettings": "settings",
    "Request": "session",
    "Session": "session",
    "default_session": "session",
    "load_settings": "settings",
    "open_session": "session",
}
__all__ = [
    "Answer",
    "CallFailure",
    "FailureKind",
    "ModelSettings",
    "Request",
    "Session",
    "default_session",
    "load_settings",
    "open_session",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
