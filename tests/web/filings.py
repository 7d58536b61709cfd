"""Small filings for tests, and what is done with them over HTTP."""

import time
from typing import Any

from starlette.testclient import TestClient

# 稳步提升 cannot be measured (QNT202); 90% lacks its sign, which is put right without asking (QNT204).
ROWS = (
    ("产出指标", "数量指标", "培训残疾人数", "≥150人"),
    ("产出指标", "质量指标", "培训服务水平", "稳步提升"),
    ("产出指标", "时效指标", "培训完成时间", "2025年12月底前"),
    ("产出指标", "成本指标", "人均培训成本", "≤1500元/人"),
    ("效益指标", "社会效益指标", "结业学员就业率", "≥60%"),
    ("满意度指标", "服务对象满意度指标", "参训学员满意度", "90%"),
)


def csv(*changes: tuple[str, str]) -> bytes:
    """A filing as CSV, words replaced."""
    lines = ["一级指标,二级指标,三级指标,指标值", *(",".join(row) for row in ROWS)]
    text = "\n".join(lines)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def upload(client: TestClient, name: str = "申报表.csv", content: bytes | None = None, **data: str) -> dict[str, Any]:
    """Upload a filing and wait until it is read."""
    files = [("files", (name, csv() if content is None else content))]
    answer = client.post("/api/filings", files=files, data={"purpose": "review", **data})
    assert answer.status_code == 202, answer.text
    (filing,) = answer.json()["filings"]
    return wait(client, filing["id"])


def wait(client: TestClient, filing_id: str) -> dict[str, Any]:
    """A filing once it is read."""
    for _ in range(600):
        filing: dict[str, Any] = client.get(f"/api/filings/{filing_id}").json()
        if filing["state"] != "reading":
            return filing
        time.sleep(0.05)
    raise TimeoutError(filing_id)


def state(client: TestClient, filing_id: str) -> dict[str, Any]:
    """What decisions made of a filing."""
    found: dict[str, Any] = client.get(f"/api/filings/{filing_id}/state").json()
    return found
