"""Names of files to take away: whatever a person called a file, no header is broken and no path is told."""

from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from tests.web.filings import upload

NAMES = [
    'a"\r\nX-Evil: 1\r\n\r\n<b>.csv', "../../etc/passwd.csv", "..\\..\\a.csv", "CON.csv", "a:b.csv",
    "名" * 300 + ".csv",
    "\u202egnp.csv", "a;filename=b.csv", "%0d%0aX-Evil:1.csv",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_downloads(local: TestClient, name: str) -> None:
    filing = upload(local, name, purpose="draft")
    evil = 'x"\r\nX-Evil: 1\r\n\r\n/../<b>'
    for kind in ("report.csv", "original", "letter.html", "annotated"):
        answer = local.get(f"/api/filings/{filing['id']}/export/{kind}", params={"office": evil[:100]})
        assert answer.status_code == 200, answer.text
        assert "x-evil" not in answer.headers
        header = answer.headers["content-disposition"]
        assert header.isascii() and header.startswith("attachment; filename*=UTF-8''")
        told = unquote(header.partition("''")[2])
        assert not set(told) & set('\r\n"/\\:<>|?*\u202e\x00') and len(told.encode()) <= 255
        assert told.partition(".")[0].upper() != "CON"


def test_a_unit_with_a_name_like_a_path(local: TestClient) -> None:
    filing = upload(local, purpose="draft", unit='甲/../..\\乙"\r\n：局')
    answer = local.get(f"/api/filings/{filing['id']}/export/letter.docx")
    assert answer.status_code == 200, answer.text
    told = unquote(answer.headers["content-disposition"].partition("''")[2])
    assert not set(told) & set('\r\n"/\\<>|?*') and told.endswith(".docx")
