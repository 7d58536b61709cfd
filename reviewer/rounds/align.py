"""Which form, row, cost line or goal of an old filing is which of a new one: moved, renamed and inserted rows survive.

Sure pairs first (same words), then the most alike, then what stands alone between two pairs. No optimal assignment:
forms have some twenty rows, and a row that is as like to two others is not told better by a sum over all rows.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from rapidfuzz import fuzz

from reviewer.records import CostLine, Filing, Form, Indicator, SummaryRow
from reviewer.text.normalize import clean_name, squash

T = TypeVar("T")

_ALIKE = 0.62  # rows less alike than this are no pair, unless they stand alone in one gap
_IN_GAP = 0.25  # a row rewritten in its place shares its category and next to nothing else
_SWAPPED = 0.8
_FORM_ALIKE = 0.45


@dataclass
class Alignment:
    """Pairs of an old and a new filing, by id.

    Attributes:
        forms, rows, costs, projects: old id → new id; what is missing went.
    """

    forms: dict[str, str] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    costs: dict[str, str] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)


def align(old: Filing, new: Filing) -> Alignment:
    """Find the pairs."""
    found = Alignment()
    found.forms = _forms(old.forms, new.forms)
    after = {form.id: form for form in new.forms}
    for form in old.forms:
        other = after.get(found.forms.get(form.id, ""))
        if other is None:
            continue
        found.rows |= _rows(form, other)
        found.costs |= _lists(form.cost_lines, other.cost_lines, _cost_key, _cost_alike)
        found.projects |= _lists(form.rows, other.rows, _project_key, _project_alike)
    _across(old, new, found)
    return found


def _forms(old: Sequence[Form], new: Sequence[Form]) -> dict[str, str]:
    """Forms of one kind, the most alike first."""
    scores = []
    for n, form in enumerate(old):
        for m, other in enumerate(new):
            if form.kind is other.kind:
                score = _form_alike(form, other) - 0.02 * abs(n - m)
                scores.append((score, -n, -m, form.id, other.id))
    pairs = _best(((score, a, b) for score, _, _, a, b in sorted(scores, reverse=True)), _FORM_ALIKE)
    # One form of a kind on either side is the same form, however much was rewritten.
    for kind in {form.kind for form in old}:
        one = [f.id for f in old if f.kind is kind and f.id not in pairs]
        two = [f.id for f in new if f.kind is kind and f.id not in pairs.values()]
        if len(one) == len(two) == 1:
            pairs[one[0]] = two[0]
    return pairs


def _form_alike(old: Form, new: Form) -> float:
    names = _ratio(old.project or old.title, new.project or new.title)
    mine = {squash(i.name) for i in old.indicators} | {squash(r.name) for r in old.rows}
    theirs = {squash(i.name) for i in new.indicators} | {squash(r.name) for r in new.rows}
    shared = len(mine & theirs) / max(len(mine | theirs), 1)
    return 0.55 * names + 0.45 * shared


def _rows(old: Form, new: Form) -> dict[str, str]:
    before = [*old.indicators, *old.blank_rows]
    after = [*new.indicators, *new.blank_rows]
    pairs: dict[str, str] = {}
    # Rows left empty are alike in nothing but their heading: they pair with one another only, or by their place.
    for key in (_whole, _name_and_value, _category_and_name, _bare_name):
        _same(before, after, key, pairs)
    ranked = sorted(
        (
            (_row_alike(a, b) - 0.01 * min(abs(n - m), 10), a.id, b.id)
            for n, a in enumerate(before)
            if a.id not in pairs and not a.is_blank
            for m, b in enumerate(after)
            if b.id not in pairs.values() and not b.is_blank
        ),
        key=lambda item: -item[0],
    )
    pairs |= _best(ranked, _ALIKE)
    _gaps(before, after, pairs)
    return pairs


def _whole(row: Indicator) -> tuple[str, ...]:
    return squash(row.level2), squash(row.name), _said(row)


def _name_and_value(row: Indicator) -> tuple[str, ...] | None:
    return None if row.is_blank else (squash(row.name), _said(row))


def _category_and_name(row: Indicator) -> tuple[str, ...] | None:
    return (squash(row.level2), clean_name(row.name)) if row.name.strip() else None


def _bare_name(row: Indicator) -> tuple[str, ...] | None:
    name = clean_name(row.name)
    return (name,) if len(name) > 1 else None  # 无 stands in many rows


def _said(row: Indicator) -> str:
    return squash(f"{row.nature or ''}{row.value}{row.unit or ''}")


def _same(
    before: Sequence[Indicator],
    after: Sequence[Indicator],
    key: Callable[[Indicator], Hashable | None],
    pairs: dict[str, str],
) -> None:
    """Pair what has the same key: in order where as many stand on either side, else (whole rows) the nearest."""
    mine, theirs = _grouped(before, key, pairs), _grouped(after, key, pairs.values())
    for shared in mine.keys() & theirs.keys():
        one, two = mine[shared], theirs[shared]
        if len(one) == len(two):
            pairs.update((a.id, b.id) for a, b in zip(one, two, strict=True))
        elif key is _whole:  # a row that was copied: the copy must not take the place of the row
            far = [(-abs(before.index(a) - after.index(b)), a.id, b.id) for a in one for b in two]
            pairs |= _best(sorted(far, reverse=True), float("-inf"))


def _grouped(
    rows: Iterable[Indicator], key: Callable[[Indicator], Hashable | None], taken: Iterable[str]
) -> dict[Hashable, list[Indicator]]:
    known = set(taken)
    groups: dict[Hashable, list[Indicator]] = {}
    for row in rows:
        value = key(row)
        if value is not None and row.id not in known:
            groups.setdefault(value, []).append(row)
    return groups


def _row_alike(old: Indicator, new: Indicator) -> float:
    name = _ratio(clean_name(old.name), clean_name(new.name))
    value = _ratio(_said(old), _said(new))
    swapped = _ratio(old.name, _said(new)), _ratio(_said(old), new.name)
    if min(swapped) > _SWAPPED:  # name and value changed places
        name, value = swapped
    for gap in ((old.name, new.name), (old.value, new.value)):
        if bool(gap[0].strip()) != bool(gap[1].strip()):  # emptied or filled in: the other cell tells
            name = value = value if gap[0] == old.name and gap[1] == new.name else name
    home = float(old.category == new.category if old.category else squash(old.level2) == squash(new.level2))
    return 0.6 * name + 0.25 * value + 0.15 * home


def _gaps(before: Sequence[Indicator], after: Sequence[Indicator], pairs: dict[str, str]) -> None:
    """A row that stands alone between two pairs on either side, under the same heading: rewritten in its place."""
    one = sorted(before, key=_in_file)
    two = sorted(after, key=_in_file)
    place = {row.id: n for n, row in enumerate(two)}
    anchors = [(-1, -1)]
    for n, row in enumerate(one):
        m = place.get(pairs.get(row.id, ""))
        if m is not None and m > anchors[-1][1]:
            anchors.append((n, m))
    anchors.append((len(one), len(two)))
    for (n, m), (k, j) in pairwise(anchors):
        left = [row for row in one[n + 1 : k] if row.id not in pairs]
        right = [row for row in two[m + 1 : j] if row.id not in pairs.values()]
        for heading in dict.fromkeys(_heading(row) for row in left):
            a = [row for row in left if _heading(row) == heading]
            b = [row for row in right if _heading(row) == heading]
            if len(a) == len(b) == 1 and (a[0].is_blank or b[0].is_blank or _row_alike(a[0], b[0]) >= _IN_GAP):
                pairs[a[0].id] = b[0].id


def _heading(row: Indicator) -> str:
    return row.category or squash(row.level2)


def _in_file(row: Indicator) -> tuple[int, int, str]:
    place = row.location
    if place is None or place.row is None:
        return 0, int(row.id.rpartition(".")[2]) if row.id.rpartition(".")[2].isdecimal() else 0, row.id
    return place.page or 0, place.row, row.id


def _lists(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable], alike: Callable[[T, T], float]
) -> dict[str, str]:
    """Cost lines or projects: same words first, then the most alike."""
    pairs: dict[str, str] = {}
    ids: Callable[[T], str] = lambda item: str(item.id)  # type: ignore[attr-defined]  # noqa: E731
    for item in old:
        same = next((o for o in new if key(o) == key(item) and ids(o) not in pairs.values()), None)
        if same is not None:
            pairs[ids(item)] = ids(same)
    rest = [
        (alike(a, b) - 0.01 * abs(n - m), ids(a), ids(b))
        for n, a in enumerate(old)
        if ids(a) not in pairs
        for m, b in enumerate(new)
        if ids(b) not in pairs.values()
    ]
    return pairs | _best(sorted(rest, key=lambda item: -item[0]), _ALIKE)


def _cost_key(line: CostLine) -> tuple[str, str]:
    return squash(line.content), squash(line.detail)


def _cost_alike(a: CostLine, b: CostLine) -> float:
    words = max(_ratio(a.detail, b.detail), _ratio(a.content + a.detail, b.content + b.detail))
    return 0.6 * words + 0.25 * _ratio(a.calculation_basis, b.calculation_basis) + 0.15 * (a.amount.wan == b.amount.wan)


def _project_key(row: SummaryRow) -> str:
    return squash(row.name)


def _project_alike(a: SummaryRow, b: SummaryRow) -> float:
    return 0.7 * _ratio(a.name, b.name) + 0.15 * (a.amount.wan == b.amount.wan) + 0.15 * (squash(a.no) == squash(b.no))


def _across(old: Filing, new: Filing, found: Alignment) -> None:
    """A row that moved to another form whole."""
    left = [i for form in old.forms for i in form.indicators if i.id not in found.rows]
    right = [i for form in new.forms for i in form.indicators if i.id not in found.rows.values()]
    for row in left:
        same = [i for i in right if not i.is_blank and _name_and_value(i) == _name_and_value(row)]
        if len(same) == 1 and same[0].id not in found.rows.values():
            found.rows[row.id] = same[0].id


def _best(ranked: Iterable[tuple[float, str, str]], least: float) -> dict[str, str]:
    """Pairs by descending likeness, each side once."""
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for score, a, b in ranked:
        if score < least:
            break
        if a not in pairs and b not in taken:
            pairs[a] = b
            taken.add(b)
    return pairs


def _ratio(a: str, b: str) -> float:
    one, two = squash(a), squash(b)
    return 1.0 if one == two else fuzz.ratio(one, two) / 100
