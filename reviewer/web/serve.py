"""Starting the server: one-time link, browser, a second start on the same data."""

import contextlib
import ipaddress
import json
import signal
import socket
import sys
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from reviewer.errors import ReviewerError
from reviewer.resources import data_folder, write_atomically

if TYPE_CHECKING:
    from reviewer.web.services import Services
    from reviewer.web.settings import Settings

_LOCK, _ADDRESS = ".serve.lock", ".serve.json"


@dataclass(frozen=True)
class Serving:
    """What ``reviewer serve`` was asked for."""

    host: str
    port: int
    data: Path | None
    database: str | None
    open_browser: bool
    behind_https: bool = False
    workers: int = 2


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def run(asked: Serving) -> None:
    """Serve until the person ends it. Where the data is being served already, open that instead.

    Raises:
        ReviewerError: the store or the address cannot be used, or nobody could sign in.
    """
    from reviewer.store import open_store
    from reviewer.web.services import Services
    from reviewer.web.settings import Settings

    local = is_loopback(asked.host) and not asked.behind_https
    settings = Settings(
        data=asked.data or data_folder(),
        database=asked.database,
        local=local,
        port=asked.port,
        hosts=Settings.hosts if local else (),
        secure=asked.behind_https,
        workers=asked.workers,
    )
    store = open_store(settings.data, settings.database)
    lock = FileLock(settings.data / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        try:
            _join(settings, Services(settings, store), asked)
        finally:
            store.close()
        return
    with lock:
        _serve(settings, asked)


def _serve(settings: "Settings", asked: Serving) -> None:
    import uvicorn

    from reviewer.web.app import create_app

    app = create_app(settings)
    services: Services = app.state.services
    if not settings.local and not services.people.has_admin():
        raise ReviewerError(
            "还没有管理员，别人登录不了", f"--host {asked.host}", "先运行 reviewer user add 用户名 --role admin 再启动"
        )
    listener = _listen(asked)
    address = f"http://{_shown_host(asked.host)}:{asked.port}"
    write_atomically(settings.data / _ADDRESS, json.dumps({"address": address, "local": settings.local}))
    _tell(services, settings, address, asked)
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        # Behind a proxy the address of the browser is told in a header; believed from this machine, or those named in
        # the environment variable FORWARDED_ALLOW_IPS.
        proxy_headers=asked.behind_https,
        timeout_graceful_shutdown=5,
    )
    # uvicorn ends in good order and then repeats the signal: it should end this function, not the process at once.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass
    finally:
        (settings.data / _ADDRESS).unlink(missing_ok=True)
        print("已停下。", file=sys.stderr)


def _listen(asked: Serving) -> socket.socket:
    """The socket, bound before anything is told, so that a link always leads to this program."""
    family = socket.AF_INET6 if ":" in asked.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform == "win32":  # there SO_REUSEADDR would let another program share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((asked.host, asked.port))
    except OSError as error:
        listener.close()
        what = f"这个地址开不了：{error.strerror or error}"
        where = f"{asked.host}:{asked.port}"
        raise ReviewerError(what, where, "端口被别的程序占用时，用 --port 换一个") from None
    listener.listen(256)
    listener.set_inheritable(True)
    return listener


def _join(settings: "Settings", services: "Services", asked: Serving) -> None:
    """Another run serves this data: a link into that one."""
    found: dict[str, object] = {}
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((settings.data / _ADDRESS).read_text("utf-8"))
    address = found.get("address")
    if not isinstance(address, str):
        raise ReviewerError("另一个 reviewer serve 正在启动，用的是同一个数据文件夹", str(settings.data), "稍等再试")
    print(f"这个数据文件夹已经在 {address} 打开着，不再另开。", flush=True)
    if found.get("local"):
        link = _link(services, address)
        if asked.open_browser:
            _open(link)


def _tell(services: "Services", settings: "Settings", address: str, asked: Serving) -> None:
    if not settings.local:
        print(f"已在 {address} 打开，用账号登录。按 Ctrl+C 停下。", flush=True)
        return
    link = _link(services, address)
    print("按 Ctrl+C 停下；要新链接就再运行一次 reviewer serve。", flush=True)
    if asked.open_browser:
        threading.Timer(0.5, _open, (link,)).start()


def _link(services: "Services", address: str) -> str:
    link = f"{address}/account/open?token={services.access.make_link()}"
    print(f"在浏览器里打开（只能用一次）：{link}", flush=True)
    return link


def _open(link: str) -> None:
    with contextlib.suppress(Exception):  # no browser: the link is printed
        webbrowser.open(link)


def _shown_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return socket.gethostname()
    return f"[{host}]" if ":" in host else "127.0.0.1" if host == "localhost" else host
