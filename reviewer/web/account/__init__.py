"""Signing in and out, one's own account; people and units for administrators."""
