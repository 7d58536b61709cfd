"""The room 训练: items, the three steps, what is kept, who sees what."""

import io
import json

import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import select
from starlette.testclient import TestClient

from reviewer.store.models import TrainingAnswer, Unit, User
from reviewer.training.items import by_code, catalogue
from reviewer.training.settings import CLEAN
from reviewer.web.services.training import TrainingService
from tests.web.conftest import BASE, PASSWORD, signed_in

ITEM = "QNT201.quantity_without_number.a022"
URL = f"/train/items/{ITEM}"
VALUE = "/forms/0/rows/0/value"


def solve(client: TestClient, value: str = "=10个", code: str = "QNT201", mark: str = VALUE) -> dict[str, object]:
    """Do the item; the result."""
    assert client.get(URL).status_code == 200
    client.post(f"{URL}/diagnosis", json={"marks": [mark], "code": code})
    answer = client.post(f"{URL}/answer", json={"texts": {VALUE: value}})
    assert answer.status_code == 200, answer.text
    result: dict[str, object] = answer.json()
    return result


def test_overview_and_the_way_to_an_item(local: TestClient) -> None:
    page = local.get("/train")
    assert page.status_code == 200
    assert "开始练习" in page.text
    assert page.text.count("○") >= 35
    there = local.get("/train/next?rule=con402")
    assert there.status_code == 303
    assert there.headers["location"].startswith("/train/items/CON402.")
    shown = local.get(there.headers["location"])
    assert "支出明细" in shown.text
    assert "style=" not in shown.text
    assert local.get("/train/next").status_code == 303


@pytest.mark.parametrize(
    "path", ["/train/next?rule=XYZ", "/train/next?rule=CMP007", "/train/items/nothing", "/train/items/..%2F.."]
)
def test_what_is_not_there(local: TestClient, path: str) -> None:
    assert local.get(path).status_code == 404


def test_an_item_from_mark_to_reference(local: TestClient) -> None:
    assert local.get(URL).status_code == 200
    told = local.post(f"{URL}/diagnosis", json={"marks": [VALUE], "code": "QNT201"}).json()
    assert (told["found"], told["named"], told["places"]) == (True, True, [VALUE])
    assert [cell["path"].rsplit("/", 1)[1] for cell in told["cells"]] == ["level2", "name", "value"]
    assert told["cells"][0]["text"] == "数量指标"
    vague = local.post(f"{URL}/check", json={"texts": {VALUE: "很多"}}).json()
    assert not vague["right"]
    assert "没有数量" in vague["left"][0]
    assert local.post(f"{URL}/check", json={"texts": {VALUE: "≥25个"}}).json()["right"]
    done = local.post(f"{URL}/answer", json={"texts": {VALUE: "≥25个"}}).json()
    assert done["fixed"]
    assert done["reference"][0]["after"].endswith("=10个")
    assert "出处" in done["mending"]["remarks"][0]
    assert "△" in local.get("/train").text
    assert local.post(f"{URL}/answer", json={"texts": {}}).status_code == 404  # it is over


def test_the_first_diagnosis_stands(local: TestClient) -> None:
    local.get(URL)
    local.post(f"{URL}/diagnosis", json={"marks": [], "code": ""})
    again = local.post(f"{URL}/diagnosis", json={"marks": [VALUE], "code": "QNT201"}).json()
    assert not again["found"]
    assert local.post(f"{URL}/answer", json={"texts": {VALUE: "=10个"}}).json()["found"] is False


def test_mending_before_marking_is_refused(local: TestClient) -> None:
    local.get(URL)
    assert local.post(f"{URL}/answer", json={"texts": {}}).status_code == 404
    other = "/train/items/" + by_code()["CON402"][0].id
    assert local.post(f"{other}/diagnosis", json={"marks": [], "code": ""}).status_code == 404  # never opened


def test_nothing_wrong(local: TestClient) -> None:
    url = f"/train/items/{by_code()[CLEAN][0].id}"
    local.get(url)
    told = local.post(f"{url}/diagnosis", json={"marks": [], "code": ""}).json()
    assert told["clean"] and told["found"]
    assert "cells" not in told
    assert local.post(f"{url}/answer", json={"texts": {}}).json()["fixed"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"marks": "x", "code": ""},
        {"marks": [], "code": "x" * 100},
        {"marks": ["x"] * 500, "code": ""},
        {"marks": [], "code": "", "user": 2},
    ],
)
def test_bodies_that_do_not_fit(local: TestClient, body: dict[str, object]) -> None:
    local.get(URL)
    assert local.post(f"{URL}/diagnosis", json=body).status_code == 422


@pytest.mark.parametrize("code", ["XYZ999", "<b>", "没有"])
def test_a_rule_that_is_none_is_wrong_and_no_more(local: TestClient, code: str) -> None:
    local.get(URL)
    told = local.post(f"{URL}/diagnosis", json={"marks": [VALUE, "/etc/passwd", "/forms/9"], "code": code}).json()
    assert (told["found"], told["named"]) == (False, False)
    assert (
        local.post(f"{URL}/check", json={"texts": {VALUE: "三级指标\n合计\x00"}, "added": {"x": "y"}}).status_code
        == 200
    )


def test_a_request_from_elsewhere_is_refused(local: TestClient) -> None:
    local.get(URL)
    token = local.headers.pop("X-CSRF-Token")
    assert local.post(f"{URL}/diagnosis", json={"marks": [], "code": ""}).status_code == 403
    local.headers["X-CSRF-Token"] = token


def test_each_person_has_answers_of_his_own(people: dict[str, TestClient], app: FastAPI) -> None:
    assert solve(people["clerk"])["fixed"] is True
    assert solve(people["other"], value="很多", code="QNT202")["fixed"] is False
    assert "继续练习" in people["clerk"].get("/train").text
    assert "开始练习" in people["reviewer"].get("/train").text
    with app.state.store.read() as db:
        kept = db.scalars(select(TrainingAnswer).order_by(TrainingAnswer.id)).all()
    assert [row.rating for row in kept] == [3, 1]
    assert [row.judged["fixed"] for row in kept] == [True, False]
    assert all(row.seconds is not None and row.item == ITEM for row in kept)


def test_the_report_is_for_reviewers(people: dict[str, TestClient]) -> None:
    solve(people["clerk"])
    assert people["clerk"].get("/train/report.xlsx").status_code == 403
    assert "report.xlsx" not in people["clerk"].get("/train").text
    answer = people["reviewer"].get("/train/report.xlsx")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    assert [c.value for c in book["学员"][2]][:3] == ["甲县残联", "clerk", 1]


def test_the_certificate_page(people: dict[str, TestClient]) -> None:
    page = people["clerk"].get("/train/certificate")
    assert "学习记录" in page.text
    assert "甲县残联" in page.text
    assert "未达到" in page.text


def test_a_name_is_no_markup(app: FastAPI) -> None:
    hashed = app.state.services.access.hash_password(PASSWORD)
    with app.state.store.write() as db:
        unit = Unit(name="<b>单位</b>")
        db.add(User(name="x", display="<script>1</script>", role="clerk", unit=unit, password_hash=hashed))
    with TestClient(app, base_url=BASE):
        page = signed_in(app, "x").get("/train/certificate")
    assert "<script>1" not in page.text
    assert "&lt;b&gt;单位" in page.text


def test_items_begun_are_bounded(local: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reviewer.web.services.training._PENDING", 2)
    service: TrainingService = local.app.state.services.training  # type: ignore[attr-defined]
    for item in list(catalogue())[:4]:
        local.get(f"/train/items/{item}")
    assert len(service._begun) == 2


def test_every_item_has_a_page(local: TestClient) -> None:
    for items in by_code().values():
        page = local.get(f"/train/items/{items[-1].id}")
        assert page.status_code == 200, items[-1].id
        assert json.dumps(items[-1].id)[1:-1] in page.text
