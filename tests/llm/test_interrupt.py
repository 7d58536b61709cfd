"""Ctrl-C from the outside: what came is kept, what was told is true, and the next run goes on from there."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.llm.conftest import KEY
from tests.llm.fault_server import Step, completion, serving
from tests.llm.test_engine import ROW

_NAMES = ("培训效果", "宣传效果", "体检效果", "管理效果")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT is sent to a process of its own")
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = tmp_path / "four.csv"
    rows = "\n".join(f"产出指标,质量指标,{name},稳步提升" for name in _NAMES)
    file.write_text(f"一级指标,二级指标,三级指标,指标值\n{rows}\n", "utf-8")
    answered = 2

    def script(body: Any, number: int) -> Step:
        if "rows" in json.dumps(body.get("response_format", {})):
            return completion({"rows": []})
        name = next(n for n in _NAMES if n in body["messages"][1]["content"].split("问题")[0])
        said = completion({**ROW, "name": name.replace("效果", "合格率")})
        return said if number < answered else Step(said.content, delay=wait)

    with serving(script) as server:
        wait = 60.0
        settings = {
            "REVIEWER_LLM_BASE_URL": server.url, "REVIEWER_LLM_MODEL": "scripted", "REVIEWER_LLM_API_KEY": KEY,
            "REVIEWER_LLM_CONCURRENCY": "1", "REVIEWER_LLM_TIMEOUT": "90",
        }  # fmt: skip
        line = [sys.executable, "-m", "reviewer", "suggest", str(file), "--engine", "llm", "--format", "json"]
        environment = {**os.environ, **settings, "PYTHONIOENCODING": "utf-8"}
        process = subprocess.Popen(
            line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, encoding="utf-8"
        )
        end = time.monotonic() + 90
        while len(server.bodies) <= answered and time.monotonic() < end:
            time.sleep(0.1)
        assert len(server.bodies) == answered + 1
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert out == ""  # half a report would look like a whole one
        assert "再次运行会从断处接着做" in err
        assert f"问了 {answered} 次" in err
        assert "Traceback" not in err
        assert KEY not in err

        wait = 0.0
        again = subprocess.run(line, capture_output=True, env=environment, encoding="utf-8", timeout=120, check=False)
        assert again.returncode == 0, again.stderr
        first = [b for b in server.bodies[answered + 1 :] if len(b["messages"]) == 2]
        asked = "".join(b["messages"][1]["content"].split("问题")[0] for b in first)
        assert [name in asked for name in _NAMES] == [False, False, True, True]
        made = json.loads(again.stdout)["filings"][0]["suggestions"]
        assert [s["proposed"]["name"] for s in made] == [n.replace("效果", "合格率") for n in _NAMES]
        assert "取自缓存" in again.stderr
