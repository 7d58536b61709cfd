"""The page that people open: ``reviewer serve``; see ``docs/web.md`` for how it is put together.

A room is a folder with routes, templates and static files; ``rooms.py`` lists them. What pages and the REST API do lies
in ``services``; nothing else opens a transaction.
"""
