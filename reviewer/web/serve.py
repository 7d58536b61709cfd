"""Starting the server: one-time link, browser, a second start on the same data."""

import ipaddress
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from reviewer.errors import ReviewerError
from reviewer.resources import data_folder


@dataclass(frozen=True)
class Serving:
    """What ``reviewer serve`` was asked for."""

    host: str
    port: int
    data: Path | None
    database: str | None
    open_browser: bool


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run(asked: Serving) -> None:
    """Serve until the person ends it.

    Raises:
        ReviewerError: the store or the address cannot be used.
    """
    import uvicorn

    from reviewer.web.app import create_app
    from reviewer.web.settings import Settings

    local = is_loopback(asked.host)
    settings = Settings(
        data=asked.data or data_folder(),
        database=asked.database,
        local=local,
        port=asked.port,
        hosts=Settings.hosts if local else (),
    )
    app = create_app(settings)
    address = f"http://{'127.0.0.1' if local else asked.host}:{asked.port}"
    if local:
        link = f"{address}/account/open?token={app.state.services.access.make_link()}"
        print(f"在浏览器里打开（只能用一次）：{link}\n按 Ctrl+C 结束。", flush=True)
        if asked.open_browser:
            threading.Timer(0.8, webbrowser.open, (link,)).start()
    else:
        print(f"已在 {address} 打开，用账号登录。按 Ctrl+C 结束。", flush=True)
    try:
        uvicorn.run(app, host=asked.host, port=asked.port, log_level="warning", server_header=False)
    except SystemExit:
        raise ReviewerError("端口被占用，没有启动", str(asked.port), "用 --port 换一个端口") from None
