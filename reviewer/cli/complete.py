"""What the shell offers after Tab for codes and frameworks."""


def complete_codes(incomplete: str) -> list[tuple[str, str]]:
    """Codes with their names; after a comma the next code."""
    from reviewer.rules import RULES

    done, comma, last = incomplete.rpartition(",")
    return [(f"{done}{comma}{r.code}", r.name) for r in RULES.values() if r.code.startswith(last.upper())]


def complete_profiles(incomplete: str) -> list[tuple[str, str]]:
    """Frameworks with their titles."""
    from reviewer.taxonomy import profiles

    return [(p.id, p.title) for p in profiles().values() if p.id.startswith(incomplete)]
