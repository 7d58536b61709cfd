"""Writers: a Report → bytes, one module a format."""

from reviewer.writers.base import WRITERS, Writer, writer

__all__ = ["WRITERS", "Writer", "writer"]
