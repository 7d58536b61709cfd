"""What the benchmarks are run on; nothing here is measured."""

from pathlib import Path

import pytest
from filings import contents, write_filings

from reviewer.evals.render_files import render
from reviewer.readers.base import read
from reviewer.records import Filing

SEED = Path(__file__).resolve().parents[1] / "examples" / "shifeng-2023.docx"


@pytest.fixture
def varied(tmp_path: Path, request: pytest.FixtureRequest) -> list[Filing]:
    """200 filings, all different, read; each benchmark gets others, for words met before are answered by a cache."""
    number = sum(map(ord, request.node.name))
    return [read(path) for path in write_filings(tmp_path, 200, seed=number)]


@pytest.fixture(scope="session")
def one_of_each(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The largest filing of the eval sets in every format that can be rendered, by its ending."""
    folder = tmp_path_factory.mktemp("formats")
    largest = max(contents(), key=lambda c: sum(len(form.rows) for form in c.forms))
    return {kind: render(largest, folder, kind) for kind in ("docx", "xlsx", "csv", "html")}


@pytest.fixture(scope="session")
def seed() -> Path:
    """The example filing."""
    return SEED
