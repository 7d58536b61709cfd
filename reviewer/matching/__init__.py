"""Matching: which category an indicator belongs to, and which bank entry means the same."""
