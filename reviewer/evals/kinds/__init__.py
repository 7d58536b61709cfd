"""Kinds of case, one module each (or one for kinds that share their cases)."""
