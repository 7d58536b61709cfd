"""Filings over the REST API in both databases: uploads, who sees what, states, audit, exports, rounds."""

import io
import json
import zipfile
from urllib.parse import unquote

import docx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.web.conftest import BASE
from tests.web.filings import csv, state, upload, wait

People = dict[str, TestClient]


def test_an_upload_is_read_and_reviewed(people: People) -> None:
    filing = upload(people["clerk"], "培训项目.csv")
    assert filing["state"] == "open"
    assert (filing["name"], filing["unit"], filing["round"]) == ("培训项目.csv", "甲县残联", 1)
    figures = filing["figures"]
    assert (figures["error"], figures["info"], figures["safe"]) == (1, 1, 1)
    report = people["clerk"].get(f"/api/filings/{filing['id']}/report").json()
    assert [f["code"] for f in report["filings"][0]["findings"]] == ["QNT202", "QNT204"]


def test_several_at_once_and_what_cannot_be_taken(people: People) -> None:
    files = [
        ("files", ("一.csv", csv())),
        ("files", ("二.exe", b"MZ")),
        ("files", ("三.csv", b"")),
        ("files", ("四.docx", b"no zip")),
    ]
    answer = people["clerk"].post("/api/filings", files=files, data={"purpose": "draft"})
    assert answer.status_code == 202
    assert {r["name"]: r["what"] for r in answer.json()["refused"]} == {
        "二.exe": "不支持的文件类型“.exe”",
        "三.csv": "文件是空的",
    }
    first, last = (wait(people["clerk"], f["id"]) for f in answer.json()["filings"])
    assert first["state"] == "draft"
    assert last["state"] == "failed"
    assert last["failure"]["what"]
    assert people["clerk"].get(f"/api/filings/{last['id']}/state").status_code == 404


def test_upload_limits(people: People, app: FastAPI) -> None:
    clerk = people["clerk"]
    one = clerk.post("/api/filings", files=[("files", ("x.exe", b"MZ"))])
    assert one.status_code == 415
    large = clerk.post("/api/filings", files=[("files", ("x.csv", b"x" * (20 * 1024**2 + 1)))])
    assert large.status_code == 415
    assert "超过 20 MB" in large.json()["detail"]
    many = clerk.post("/api/filings", files=[("files", (f"{n}.csv", csv())) for n in range(21)])
    assert many.status_code == 413
    assert clerk.post("/api/filings", headers={"content-length": str(10**10)}, content=b"").status_code == 413
    assert clerk.get("/api/filings").json()["filings"] == []
    stored = [path for path in app.state.store.files.folder.rglob("*") if path.is_file()]
    assert stored == []  # nothing of what was refused stays


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../../etc/cron.d/x.csv", "x.csv"),
        ("..\\..\\windows\\x.csv", "x.csv"),
        ("C:\\表\\申报表.csv", "申报表.csv"),
        ("con.csv", "文件con.csv"),
        ("a\u202ecsv.exe.csv", "acsv.exe.csv"),
        (f"{'长' * 300}.csv", f"{'长' * 65}.csv"),
    ],
)
def test_no_name_leads_out_of_the_store(local: TestClient, sent: str, kept: str) -> None:
    filing = upload(local, sent)
    assert filing["name"] == kept
    folder = local.app.state.store.files.folder
    for path in folder.rglob("*"):
        assert path.is_dir() or len(path.name) == 32


@pytest.mark.parametrize(
    "path", ["/static/../web/app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd"]
)
def test_static_files_lead_nowhere_else(local: TestClient, path: str) -> None:
    answer = local.get(path)
    assert answer.status_code == 404
    assert "create_app" not in answer.text


def test_a_unit_sees_its_own_filings_only(people: People, app: FastAPI) -> None:
    filing = upload(people["clerk"])
    stranger = TestClient(app, base_url=BASE, follow_redirects=False)
    paths = ["", "/report", "/state", "/audit", "/check", "/compare", "/export/report.html", "/export/original"]
    for path in paths:
        url = f"/api/filings/{filing['id']}{path}"
        assert people["other"].get(url).status_code == 404, url
        assert stranger.get(url).status_code == 401, url
    assert people["other"].get("/api/filings").json()["filings"] == []
    assert people["other"].get(f"/api/filings?ids={filing['id']}").json()["filings"] == []
    assert people["other"].get(f"/queue/{filing['id']}").status_code == 404
    for body in ({"version": filing["version"], "target": "意见1", "verdict": "accept"},):
        refused = people["other"].post(f"/api/filings/{filing['id']}/decisions", json=body)
        assert refused.status_code == 404
    again = people["other"].post("/api/filings", files=[("files", ("x.csv", csv()))], data={"previous": filing["id"]})
    assert again.status_code == 404
    assert people["reviewer"].get(f"/api/filings/{filing['id']}").status_code == 200


def test_a_draft_is_the_units_own_affair(people: People) -> None:
    draft = upload(people["clerk"], purpose="draft")
    assert draft["may"] == ["open", "export", "decide", "remove", "revise"]
    assert people["reviewer"].get(f"/api/filings/{draft['id']}").status_code == 404
    body = {"version": draft["version"], "to": "open"}
    handed = people["clerk"].post(f"/api/filings/{draft['id']}/move", json=body).json()
    assert handed["state"] == "open"
    assert handed["may"] == ["export"]
    assert people["reviewer"].get(f"/api/filings/{draft['id']}").status_code == 200


def test_roles(people: People) -> None:
    filing = upload(people["clerk"])
    url = f"/api/filings/{filing['id']}"
    change = {"version": filing["version"], "target": "意见1", "verdict": "accept"}
    assert people["clerk"].post(f"{url}/decisions", json=change).status_code == 403
    for to in ("in_review", "passed", "returned"):
        moved = people["clerk"].post(f"{url}/move", json={"version": filing["version"], "to": to})
        assert moved.status_code == 403
    assert people["clerk"].get("/queue").status_code == 403
    assert people["clerk"].get("/account/people").status_code == 403
    assert people["reviewer"].get("/account/people").status_code == 403
    assert people["reviewer"].get("/queue").status_code == 200
    assert people["admin"].get("/account/people").status_code == 200


def test_the_way_of_a_filing(people: People) -> None:
    filing = upload(people["clerk"])
    url = f"/api/filings/{filing['id']}"
    reviewer = people["reviewer"]
    told = reviewer.post(f"{url}/deadline", json={"version": filing["version"], "deadline": "2025-03-11"}).json()
    assert told["deadline"] == "2025-03-11"
    assert told["deadline_days"] < 0
    told = reviewer.post(f"{url}/move", json={"version": told["version"], "to": "in_review"}).json()
    assert (told["state"], told["reviewer"]) == ("in_review", "reviewer")
    refused = reviewer.post(f"{url}/move", json={"version": told["version"], "to": "passed"})
    assert refused.status_code == 422
    assert "还有 1 处必须修改" in refused.json()["detail"]
    move = {"version": told["version"], "to": "returned", "note": "请改服务水平"}
    told = reviewer.post(f"{url}/move", json=move).json()
    assert told["state"] == "returned"
    assert told["may"] == ["in_review", "export", "deadline", "revise"]
    entries = people["clerk"].get(f"{url}/audit").json()["entries"]
    assert [(e["who"], e["words"]) for e in entries] == [
        ("reviewer", "退回修改"),
        ("reviewer", "认领"),
        ("reviewer", "定了期限"),
        ("程序", "程序审核完成"),
        ("clerk", "上传"),
    ]
    assert entries[0]["detail"] == {"note": "请改服务水平"}
    page = reviewer.get(f"/queue/{filing['id']}").text
    assert "请改服务水平" in page
    sent = people["clerk"].get("/sent").text
    assert "请改服务水平" in sent
    assert "上传修改稿" in sent
    assert "申报表.csv" not in people["other"].get("/sent").text
    assert "甲县残联" in reviewer.get("/queue").text


def test_the_second_round(people: People) -> None:
    first = upload(people["clerk"])
    mended = csv(("稳步提升", "≥95%"), ("≥60%", "明显提高"))
    files, form = [("files", ("修改稿.csv", mended))], {"purpose": "review", "previous": first["id"]}
    assert people["clerk"].post("/api/filings", files=files, data=form).status_code == 403  # it was not returned
    move = {"version": first["version"], "to": "returned"}
    assert people["reviewer"].post(f"/api/filings/{first['id']}/move", json=move).json()["state"] == "returned"
    second = upload(people["clerk"], "修改稿.csv", mended, previous=first["id"])
    assert (second["round"], second["previous"]) == (2, first["id"])
    assert people["clerk"].get(f"/api/filings/{first['id']}").json()["next"] == second["id"]
    told = people["reviewer"].get(f"/api/filings/{second['id']}/compare").json()
    assert told["counts_words"].startswith("上一轮 2 条：已改 1，未改 1")
    page = people["reviewer"].get(f"/queue/{second['id']}/compare")
    assert page.status_code == 200
    assert "已改（1）" in page.text
    letter = people["reviewer"].get(f"/api/filings/{second['id']}/export/letter.html").text
    assert "绩效目标复核意见书" in letter
    check = people["clerk"].get(f"/api/filings/{second['id']}/check").json()
    assert check["light"] == "yellow"
    assert len(check["cleared"]) == 1
    assert people["clerk"].get(f"/api/filings/{first['id']}/compare").status_code == 404


def test_exports(people: People) -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=4)
    for line in csv().decode().splitlines():
        for cell, words in zip(table.add_row().cells, line.split(","), strict=True):
            cell.text = words
    content = io.BytesIO()
    document.save(content)
    filing = upload(people["clerk"], "申报表.docx", content.getvalue())
    reviewer, url = people["reviewer"], f"/api/filings/{filing['id']}"
    assert reviewer.get(f"{url}/export/corrected").status_code == 422  # nothing was accepted
    version = reviewer.post(f"{url}/accept-safe", json={"version": filing["version"]}).json()["version"]
    reviewer.post(f"{url}/rows/F1.2", json={"version": version, "row": {"value": "≥95%"}})
    corrected = reviewer.get(f"{url}/export/corrected")
    assert unquote(corrected.headers["content-disposition"]).endswith("申报表（改后）.docx")
    cells = [cell.text for row in docx.Document(io.BytesIO(corrected.content)).tables[0].rows for cell in row.cells]
    assert "≥90%" in cells
    assert "≥95%" in cells
    assert "稳步提升" not in cells
    annotated = reviewer.get(f"{url}/export/annotated")
    with zipfile.ZipFile(io.BytesIO(annotated.content)) as package:
        assert "质量指标不可衡量" in package.read("word/comments.xml").decode()
    letter = reviewer.get(f"{url}/export/letter.docx", params={"office": "某区财政局"})
    written = docx.Document(io.BytesIO(letter.content))
    words = "".join(written.element.body.itertext())
    assert "某区财政局" in words
    assert "≥95%" in words  # the reviewer's own rewrite
    for kind, start in (
        ("report.html", b"<!"),
        ("report.csv", b"\xef\xbb\xbf"),
        ("report.md", b"#"),
        ("original", b"PK"),
    ):
        answer = reviewer.get(f"{url}/export/{kind}")
        assert answer.status_code == 200
        assert answer.content.startswith(start), kind
        assert answer.headers["content-disposition"].startswith("attachment")
    assert json.loads(reviewer.get(f"{url}/export/report.json").content)["schema_version"]
    assert reviewer.get(f"{url}/export/../../../etc/passwd").status_code == 404
    assert reviewer.get(f"{url}/export/secrets").status_code == 404


def test_a_draft_can_be_removed(people: People, app: FastAPI) -> None:
    draft = upload(people["clerk"], purpose="draft")
    url = f"/api/filings/{draft['id']}"
    assert people["clerk"].delete(f"{url}?version=1").status_code == 409
    assert people["other"].delete(f"{url}?version={draft['version']}").status_code == 404
    assert people["clerk"].delete(f"{url}?version={draft['version']}").status_code == 204
    assert people["clerk"].get(url).status_code == 404
    assert [p for p in app.state.store.files.folder.rglob("*") if p.is_file()] == []
    handed = upload(people["clerk"])
    assert people["clerk"].delete(f"/api/filings/{handed['id']}?version={handed['version']}").status_code == 403


def test_filters_of_the_queue(people: People) -> None:
    upload(people["clerk"], "一.csv")
    upload(people["other"], "二.csv")
    reviewer = people["reviewer"]
    assert {f["name"] for f in reviewer.get("/api/filings").json()["filings"]} == {"一.csv", "二.csv"}
    assert reviewer.get("/api/filings?state=passed").json()["filings"] == []
    page = reviewer.get("/queue?unit=水务").text
    assert "二.csv" in page
    assert "一.csv" not in page
    chart = reviewer.get("/queue/dashboard").text
    assert "2份（100%）" in chart
    assert "质量指标不可衡量（QNT202）" in chart
    unit = reviewer.get("/api/filings").json()["filings"][0]["unit_id"]
    assert len(reviewer.get(f"/api/filings?unit={unit}").json()["filings"]) == 1


def test_one_deadline_for_several(people: People) -> None:
    filings = [upload(people["clerk"], f"{n}.csv") for n in range(2)]
    chosen = [f"{f['id']}:{f['version']}" for f in filings]
    answer = people["reviewer"].post("/queue/deadlines", data={"chosen": chosen, "day": "2025-04-01"})
    assert answer.status_code == 303
    assert {state(people["reviewer"], f["id"])["filing"]["deadline"] for f in filings} == {"2025-04-01"}
    stale = people["reviewer"].post("/queue/deadlines", data={"chosen": chosen, "day": "2025-05-01"})
    assert stale.status_code == 409
    assert people["reviewer"].post("/queue/deadlines", data={"day": "x"}).status_code == 422


def test_drafts_between_rounds_are_not_rounds(people: People) -> None:
    """A unit checks twice before it hands in, and twice again before the second round: reviewers see two rounds."""
    clerk, reviewer = people["clerk"], people["reviewer"]
    first = upload(clerk, purpose="draft")
    second = upload(clerk, content=csv(("≥60%", "≥65%")), purpose="draft", previous=first["id"])
    assert (second["round"], second["previous"]) == (2, first["id"])
    handed = clerk.post(f"/api/filings/{second['id']}/move", json={"version": second["version"], "to": "open"}).json()
    assert (handed["round"], handed["previous"]) == (1, None)
    assert reviewer.get(f"/api/filings/{second['id']}/export/letter.html").text.count("绩效目标审核意见书") > 0
    back = {"version": reviewer.get(f"/api/filings/{second['id']}").json()["version"], "to": "returned"}
    reviewer.post(f"/api/filings/{second['id']}/move", json=back)
    third = upload(clerk, content=csv(("稳步提升", "≥95%")), purpose="draft", previous=second["id"])
    assert (third["round"], third["previous"]) == (3, second["id"])
    assert clerk.get(f"/api/filings/{second['id']}").json()["next"] == third["id"]
    assert reviewer.get(f"/api/filings/{second['id']}").json()["next"] is None  # the draft is the unit's own
    clerk.post(f"/api/filings/{third['id']}/move", json={"version": third["version"], "to": "open"})
    told = reviewer.get(f"/api/filings/{third['id']}").json()
    assert (told["round"], told["previous"]) == (2, second["id"])
    assert reviewer.get(f"/api/filings/{third['id']}/compare").json()["counts_words"].startswith("上一轮 2 条：已改 1")
    assert "第2轮" in reviewer.get("/queue").text
    assert "第3轮" not in reviewer.get("/queue").text
