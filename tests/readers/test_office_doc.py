"""Old Word documents, through the programs that are installed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.errors import UnreadableFileError
from reviewer.readers import doc, read
from reviewer.records import Filing

EXAMPLE = Path(__file__).parents[2] / "examples" / "shifeng-2023.docx"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")


def rows(filing: Filing) -> list[tuple[str, ...]]:
    return [
        tuple("".join(t.split()) for t in (r.id, r.level1, r.level2, r.name, r.value))
        for form in filing.forms
        for r in (*form.indicators, *form.blank_rows)
    ]


@pytest.fixture(scope="module")
def old_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("doc")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        str(OFFICE),
        profile,
        "--headless",
        "--convert-to",
        "doc:MS Word 97",
        "--outdir",
        str(folder),
        str(EXAMPLE),
    ]
    subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield folder / f"{EXAMPLE.stem}.doc"


@needs_office
def test_by_libreoffice(old_file: Path) -> None:
    filing = read(old_file)
    assert rows(filing) == rows(read(EXAMPLE))
    assert not filing.unread
    where = filing.forms[0].indicators[0].location
    assert where is not None
    assert where.file == old_file.name


@needs_office
@pytest.mark.skipif(shutil.which("antiword") is None, reason="antiword is not installed")
def test_by_antiword(old_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc, "_PROGRAMS", ())
    filing = read(old_file)
    assert rows(filing) == rows(read(EXAMPLE))
    assert [u.advisory for u in filing.unread] == [True]


@needs_office
def test_rtf_under_the_name_of_a_doc(tmp_path: Path) -> None:
    path = tmp_path / "filing.doc"
    cells = r"\trowd\cellx2000\cellx4000\cellx6000\cellx8000 "
    heads = r"\u19968?\u32423?\u25351?\u26631?\cell \u20108?\u32423?\u25351?\u26631?\cell "
    heads += r"\u19977?\u32423?\u25351?\u26631?\cell \u25351?\u26631?\u20540?\cell\row "
    first = r"\u20135?\u20986?\u25351?\u26631?\cell \u25968?\u37327?\u25351?\u26631?\cell ABC\cell 12\cell\row "
    path.write_text(r"{\rtf1\ansi " + cells + heads + cells + first + r"\pard end\par}", encoding="ascii")
    (form,) = read(path).forms
    assert [(r.level2, r.name, r.value) for r in form.indicators] == [("数量指标", "ABC", "12")]


def test_without_a_program_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc, "_PROGRAMS", ())
    path = tmp_path / "filing.doc"
    path.write_text(r"{\rtf1 x}", encoding="ascii")
    with pytest.raises(UnreadableFileError, match="需要 LibreOffice") as caught:
        read(path)
    assert ".docx" in caught.value.remedy


@pytest.mark.skipif(shutil.which("sleep") is None, reason="needs a program that hangs")
def test_a_converter_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 60\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setattr(doc, "_PROGRAMS", (str(program),))
    monkeypatch.setattr(doc, "CONVERT_SECONDS", 1)
    path = tmp_path / "filing.rtf"
    path.write_text(r"{\rtf1 x}", encoding="ascii")
    with pytest.raises(UnreadableFileError, match="没有完成"):
        read(path)
