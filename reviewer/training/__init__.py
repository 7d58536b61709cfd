"""The training ground: find, name and mend a flaw; the engine itself judges all three.

``items`` makes the questions from the eval sets, ``judge`` lets the rules judge an answer, ``progress`` spaces the
reviews. The terminal (``terminal``) and the web room ask the same functions.
"""
