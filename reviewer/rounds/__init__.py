"""What happens to a filing after its first review: decisions, opinion letters, corrected files, second rounds.

Everything here is keyed by what the filing says (form, row, code), never by row numbers: a row may move between rounds.
"""
