"""Cells → forms."""
