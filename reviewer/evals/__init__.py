"""Evaluation: how well the program does on labelled sets, and whether a change made it better.

A set names a kind (what a case is and how the program is asked) and scorers (how an answer is judged); scorers give
marks, measures make figures of them. A new kind or scorer is a module under ``kinds/`` or ``scorers/``.
"""
