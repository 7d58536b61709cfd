"""ScriptedFaultServer: speaks the OpenAI protocol on loopback and answers what a test's script says. It is no model."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


@dataclass(frozen=True)
class Step:
    """One answer.

    ``drop``: close the connection without one; ``delay``: seconds before it.
    """

    content: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    drop: bool = False

    @property
    def data(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content
        return self.content.encode() if isinstance(self.content, str) else json.dumps(self.content).encode()


def completion(
    content: Any = "",
    *,
    finish: str = "stop",
    arguments: list[str] | None = None,
    refusal: str | None = None,
    usage: Body | None = USAGE,
    **more: Any,
) -> Step:
    """A completion; ``content`` that is no text is written as JSON; ``arguments`` makes it tool calls."""
    text = content if isinstance(content, str) or content is None else json.dumps(content, ensure_ascii=False)
    message: Body = {"role": "assistant", "content": text}
    if refusal is not None:
        message["refusal"] = refusal
    if arguments is not None:
        message["tool_calls"] = [
            {"id": f"c{n}", "type": "function", "function": {"name": "reply", "arguments": text}}
            for n, text in enumerate(arguments)
        ]
        finish = "tool_calls"
    body = {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        **more,
    }
    return Step(body | ({"usage": usage} if usage else {}))


def error(status: int, message: str, code: str | None = None, **headers: str) -> Step:
    """An error in the protocol's own form."""
    content = {"error": {"message": message, "type": "error", "code": code}}
    return Step(content, status, {key.replace("_", "-"): value for key, value in headers.items()})


Script = Callable[[Body, int], Step]


class ScriptedFaultServer:
    """Answers each request by ``script(body, number)``; keeps what it received."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.bodies: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            number = len(self.bodies)
            self.bodies.append(body)
            self.headers.append({key.lower(): value for key, value in handler.headers.items()})
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            step = self.script(body, number)
            time.sleep(step.delay)
        finally:
            with self._lock:
                self._now -= 1
        if step.drop:
            handler.close_connection = True
            return
        data = step.data
        handler.send_response(step.status)
        for key, value in ({"Content-Type": "application/json"} | step.headers).items():
            handler.send_header(key, value)
        handler.send_header("Content-Length", str(len(data)))
        with suppress(OSError):  # the asker has lost patience
            handler.end_headers()
            handler.wfile.write(data)


@contextmanager
def serving(*steps: Step | Script) -> Iterator[ScriptedFaultServer]:
    """A server that answers with the steps in turn, the last one again and again; or by one function."""

    def in_turn(body: Body, number: int) -> Step:
        step = steps[min(number, len(steps) - 1)]
        return step if isinstance(step, Step) else step(body, number)

    server = ScriptedFaultServer(in_turn)
    try:
        yield server
    finally:
        server.close()
