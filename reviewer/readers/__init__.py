"""File → Filing: one module a format; ``grid`` (cells with merged spans) and ``layout`` (cells → forms) are shared."""

from reviewer.readers.base import READERS, Reader, read, reader

__all__ = ["READERS", "Reader", "read", "reader"]
