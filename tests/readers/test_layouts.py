"""Made-up filings in the arrangements that published forms have; each beside what it must read to.

``pytest tests/readers/test_layouts.py --update`` writes the expected outputs anew: read the difference before
committing it.
"""

from pathlib import Path

import pytest
import yaml

from reviewer.readers import read
from tests.readers.compact import compact

HERE = Path(__file__).parent / "layouts"
FILES = sorted(p for p in HERE.iterdir() if p.suffix != ".yaml")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_layout(path: Path, update: bool) -> None:
    got = compact(read(path))
    expected = path.with_suffix(".yaml")
    if update:
        expected.write_text(yaml.safe_dump(got, allow_unicode=True, sort_keys=False, width=200), "utf-8")
    assert got == yaml.safe_load(expected.read_text("utf-8"))
