"""Flaws and legitimate oddities planted into clean filings by operators: how ``eval_sets/planted`` is made.

``python -m reviewer.evals.planting`` writes ``cases.jsonl`` anew; the same seed gives the same file.
"""
