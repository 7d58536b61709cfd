"""What the field says, read from the data files in ``taxonomy/``."""

from reviewer.taxonomy.levels import BENEFITS, CATEGORIES, OUTPUTS, category_of, is_level1
from reviewer.taxonomy.profiles import Profile, choose_profile, profiles
from reviewer.taxonomy.regulations import regulations
from reviewer.taxonomy.totals import national_totals
from reviewer.taxonomy.typos import typos
from reviewer.taxonomy.words import words

__all__ = [
    "BENEFITS",
    "CATEGORIES",
    "OUTPUTS",
    "Profile",
    "category_of",
    "choose_profile",
    "is_level1",
    "national_totals",
    "profiles",
    "regulations",
    "typos",
    "words",
]
