"""LibreOffice, where it is installed."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

OfficePdf = Callable[[bytes, str], str]


@pytest.fixture
def office_pdf(tmp_path: Path) -> OfficePdf:
    """Convert a file to PDF with LibreOffice and give the PDF's words without white space."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")

    def convert(content: bytes, suffix: str) -> str:
        import pdfplumber

        source = tmp_path / f"转换{suffix}"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        with pdfplumber.open(source.with_suffix(".pdf")) as pdf:
            return "".join("".join((page.extract_text() or "").split()) for page in pdf.pages)

    return convert
