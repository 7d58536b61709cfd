"""``reviewer model``: the language models that engine ``llm`` may ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewer.cli.app import app

if TYPE_CHECKING:
    from reviewer.llm import ModelSettings, Session

model_app = typer.Typer(help="语言模型：查看可用的服务，试一试，在本机启动一个小模型。", no_args_is_help=True)
app.add_typer(model_app, name="model")

_MODES = {
    "json_schema": "按结构（json_schema）",
    "tools": "工具调用",
    "json_object": "JSON 格式",
    "plain": "只靠提示词",
}
_Preset = Annotated[str | None, typer.Option("--preset", help="服务代号，见 reviewer model presets。")]
_BaseUrl = Annotated[str | None, typer.Option("--base-url", help="服务地址，如 http://127.0.0.1:8000/v1。")]
_Model = Annotated[str | None, typer.Option("--model", help="模型名称。")]


@model_app.command("presets")
def show_presets() -> None:
    """列出已知的模型服务：代号、地址、默认模型、密钥的环境变量、价格。"""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from reviewer.llm.presets import models
    from reviewer.llm.settings import settings_file

    known = models()
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("代号", "服务", "地址", "默认模型", "价格（元/百万 token）"):
        table.add_column(heading, overflow="fold")
    for key, preset in known.presets.items():
        table.add_row(
            key, preset.title, preset.base_url, preset.model or "（要指定）", _price(preset.model, preset.local)
        )
    console = Console(highlight=False)
    console.print(table)
    print("价格随时会变，以服务商公布的为准；表中取较贵的时段，美元按固定比率折算。")
    print("用法：设置环境变量 REVIEWER_LLM_PRESET（代号）和 REVIEWER_LLM_API_KEY（密钥），")
    print("      需要时再设 REVIEWER_LLM_MODEL、REVIEWER_LLM_BASE_URL；")
    print(f"      或写在设置文件里：{settings_file()}")
    print("然后：reviewer model check，再用 reviewer suggest 申报表.docx --engine llm")


def _price(model: str, local: bool) -> str:
    from reviewer.llm.presets import listed_price

    if local:
        return "本机，不计价"
    price = listed_price(model)
    if price is None:
        return "不详"
    return f"输入 {price.input.normalize():f}，输出 {price.output.normalize():f}"


@model_app.command("check")
def check_model(preset: _Preset = None, base_url: _BaseUrl = None, model: _Model = None) -> None:
    """试一试配置好的模型：能不能连上、支持哪些回复方式、报不报用量。只发送一行样例，不发送任何填报。

    退出码：0 至少一种方式可用；2 都不可用，或没有配置。
    """
    from reviewer.llm.check import probe
    from reviewer.llm.settings import load_settings

    settings = load_settings({"preset": preset, "base_url": base_url, "model": model})
    price = settings.effective_price
    print(f"模型：{settings.shown}")
    print(f"密钥：{'已设置' if settings.api_key.get_secret_value() else '没有设置'}")
    said = f"输入 {price.input.normalize():f}、输出 {price.output.normalize():f} 元/百万 token" if price else "不详"
    print(f"价格：{said}")
    working: list[str] = []
    for trial in probe(settings):
        name = _MODES[trial.mode]
        if not trial.works:
            print(f"  ✗ {name}：{trial.detail}")
            continue
        working.append(trial.mode)
        right = "" if trial.right else "，格式对，内容答错了"
        tokens = f"{trial.input_tokens}＋{trial.output_tokens} token" + ("" if trial.told else "（估计，服务没有报）")
        print(f"  ✓ {name}：{trial.seconds:.1f}秒，{tokens}{right}")
    if not working:
        print("没有一种方式可用。")
        raise typer.Exit(2)
    unused = [mode for mode in settings.modes if mode not in working]
    if unused:
        modes = ", ".join(mode for mode in settings.modes if mode in working)
        print(f"可在设置里写 modes: [{modes}]，省去每次试探。")


@model_app.command("serve-local")
def serve_local(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口。")] = 8090,
    model: Annotated[Path | None, typer.Option("--model", help="别的 GGUF 模型文件。", show_default=False)] = None,
) -> None:
    """在本机启动一个小模型（Gemma 3 270M，OpenAI 兼容），只供本机访问；按 Ctrl+C 停止。

    它很小，只用来试整条流程，写出来的东西大多不能用。
    """
    import signal
    import time

    from reviewer.errors import ReviewerError
    from reviewer.llm.local import MODEL, served

    # Ended in whatever way, the server goes with it; in the background of a shell Ctrl+C is ignored at first.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)

    if model is not None and not model.is_file():
        raise ReviewerError("找不到模型文件", str(model), "检查路径；要 GGUF 格式")
    print("正在启动……", flush=True)
    with served(port, model) as url:
        print(f"已启动：{url}")
        chosen = "" if model is None else f" REVIEWER_LLM_MODEL={model.stem}"
        print(f"另开一个窗口：REVIEWER_LLM_PRESET=llamacpp REVIEWER_LLM_BASE_URL={url}{chosen} reviewer model check")
        print(f"模型：{MODEL if model is None else model.stem}。按 Ctrl+C 停止。", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print("已停止。")


@model_app.command("explain")
def explain_finding(
    file: Annotated[Path, typer.Argument(metavar="文件", help="申报表文件。")],
    row: Annotated[str, typer.Option("--row", help="哪一行，如 F1.2（见 JSON 报告的 indicator_id）。")],
    code: Annotated[str | None, typer.Option("--code", help="哪个问题，不写则全部。", show_default=False)] = None,
    model: _Model = None,
) -> None:
    """请模型用平常的话解释一行的问题。审核结论以报告为准，模型的话只供参考。"""
    from inspect import cleandoc

    from reviewer.errors import ReviewerError
    from reviewer.pipeline import profile_for, review_filing
    from reviewer.readers import read
    from reviewer.rules import RULES
    from reviewer.suggesters.delivery import cases
    from reviewer.suggesters.model_tasks import explain

    session = session_from({"model": model})
    filing = read(file)
    report = review_filing(filing)
    chosen = {form.id: profile_for(form) for form in filing.forms}
    case = next((c for c in cases(filing, report.findings, chosen) if c.indicator and c.indicator.id == row), None)
    findings = [f for f in case.findings if code in (None, f.code)] if case else []
    if case is None or not findings:
        remedy = "用 reviewer review --format json 查看 indicator_id 和代码"
        raise ReviewerError(f"{row} 没有这样的问题", str(file), remedy)
    for finding in findings:
        print(f"{finding.code} {finding.name}：{finding.message}")
        told = explain(session, case, finding, cleandoc(RULES[finding.code].page))
        if told.reply is None:
            print(f"  模型没有给出可用的解释：{told.problem}")
        else:
            for label, text in (
                ("哪里不对", told.reply.problem),
                ("为什么", told.reply.why),
                ("怎么改", told.reply.how),
            ):
                print(f"  {label}：{text}")
    print("以上解释由模型撰写，只供参考。")
    print_account(session)


def session_from(options: dict[str, Any], *, dry: bool = False) -> "Session":
    """The session that a command's options ask for.

    Raises:
        ReviewerError: no model is configured.
    """
    from reviewer.llm import load_settings, open_session

    return open_session(load_settings(options), dry=dry)


@contextmanager
def accounted(session: "Session | None") -> Iterator[None]:
    """What a model cost is told at the end, however the work inside ends."""
    try:
        yield
    except KeyboardInterrupt:
        if session is not None and session.cache is not None:
            typer.echo("\n已得到的模型回复存在缓存里，再次运行会从断处接着做。", err=True)
        raise
    finally:
        if session is not None:
            print_account(session)


def print_requests(session: "Session") -> None:
    """Exactly what would be sent, as JSON on standard output."""
    import json

    from reviewer.cli.output import write_bytes
    from reviewer.llm.failures import shown_url

    settings: ModelSettings = session.settings
    content = {"url": f"{shown_url(settings.base_url)}/chat/completions", "requests": session.collected}
    write_bytes((json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
    typer.echo(f"共 {len(session.collected)} 个请求，没有发送。密钥在请求头里，不在其中。", err=True)
    typer.echo("真正发送时，没有通过检查的改写会连同原因再问一次。", err=True)


def print_account(session: "Session") -> None:
    """What the run has cost, on standard error."""
    totals = session.totals
    if not totals.calls:
        return
    cost = f"，约 {totals.cost.normalize():f} 元" if totals.cost is not None else "，价格不详"
    failed = sum(totals.failures.values())
    parts = [f"模型 {session.settings.model}：问了 {totals.calls} 次"]
    parts += [f"其中 {totals.cached} 次取自缓存或记录"] if totals.cached else []
    parts += [f"发出请求 {totals.requests} 次（没有回应 {totals.failed} 次）"] if totals.requests else []
    parts.append(f"输入 {totals.input_tokens}、输出 {totals.output_tokens} token{cost if totals.requests else ''}")
    typer.echo("，".join(parts) + "。", err=True)
    if failed:
        from reviewer.llm.failures import WORDS, FailureKind

        words = "、".join(f"{WORDS[FailureKind(kind)]} {count} 次" for kind, count in sorted(totals.failures.items()))
        typer.echo(f"没有得到可用回复 {failed} 次：{words}。", err=True)
