"""The OpenAPI document holds: whatever is sent, no answer is a 500, and answers are those described."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import openapi
from starlette.testclient import TestClient

from reviewer.store import open_store
from reviewer.web.app import create_app
from reviewer.web.settings import Settings
from tests.web.conftest import BASE, take_token
from tests.web.filings import upload

_EXAMPLES = 12  # for each of the operations; the whole stays within some seconds


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A client of the local mode, with two filings there."""
    store = open_store(tmp_path_factory.mktemp("openapi"))
    app = create_app(Settings(data=store.folder, workers=0), store)
    client = TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
    client.get(f"/account/open?token={app.state.services.access.make_link()}")
    take_token(client)
    client.first = upload(client)["id"]  # type: ignore[attr-defined]
    upload(client, purpose="draft")
    return client


def test_no_request_ends_in_a_500(client: TestClient) -> None:
    schema = openapi.from_dict(client.get("/api/openapi.json").json())
    known = client.first  # type: ignore[attr-defined]
    seen: dict[str, set[int]] = {}

    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=_EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def send(case: object) -> None:
            for filing_id in (None, known):
                if filing_id is not None:
                    if "filing_id" not in (case.path_parameters or {}):  # type: ignore[attr-defined]
                        continue
                    case.path_parameters["filing_id"] = filing_id  # type: ignore[attr-defined]
                arguments = case.as_transport_kwargs(base_url=BASE)  # type: ignore[attr-defined]
                arguments["headers"] = {**arguments.get("headers", {}), **client.headers}
                arguments.pop("cookies", None)
                answer = client.request(**{k: v for k, v in arguments.items() if v is not None})
                seen.setdefault(f"{arguments['method']} {case.path}", set()).add(answer.status_code)  # type: ignore[attr-defined]
                assert answer.status_code < 500, (arguments, answer.text)

        send()
    assert len(seen) >= 20
    assert {200, 404, 422} <= {code for codes in seen.values() for code in codes}


def test_the_document_describes_every_route_of_the_api(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    described = {f"/api/{path.removeprefix('/api/')}" for path in document["paths"]}
    told = set(
        re.findall(
            r"(?:GET|POST|DELETE) (/api/[^`?]+)", (Path(__file__).parents[2] / "docs" / "web.md").read_text("utf-8")
        )
    )
    plain = {re.sub(r"\{[^}]+\}", "{}", path) for path in described}
    assert {re.sub(r"\{[^}]+\}", "{}", path) for path in told} <= plain
    assert json.dumps(document)
