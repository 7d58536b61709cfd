"""``reviewer serve``: the page that people open."""

from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.app import app


@app.command()
def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", min=1, max=65535, help="端口。")] = 8620,
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="数据文件夹。")] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", envvar="REVIEWER_DATABASE", show_envvar=False, help="PostgreSQL 的地址。"),
    ] = None,
    behind_https: Annotated[bool, typer.Option("--behind-https", help="前面有 https 代理。")] = False,
    workers: Annotated[int, typer.Option(metavar="N", min=1, max=32, help="审核进程数。")] = 2,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="启动后打开浏览器。")] = True,
) -> None:
    """打开网页：拖入申报表就能审核、自查、改、学；不需要联网。

    例：reviewer serve
    例：reviewer serve --host 0.0.0.0 --data /srv/reviewer

    只在本机打开时，用一次性链接进入，不用登录；--host 写别的地址时要用账号登录（先运行 reviewer user add）。
    前面有 nginx 等 https 代理时加 --behind-https，会话只经 https 传送。
    数据不写 --data 就放在用户自己的数据文件夹里，是一个 SQLite 文件和上传的文件；
    --database postgresql://… 改用 PostgreSQL（也可写在环境变量 REVIEWER_DATABASE 里）。
    """
    from reviewer.web.serve import Serving, run

    run(
        Serving(
            host=host,
            port=port,
            data=data,
            database=database,
            open_browser=open_browser,
            behind_https=behind_https,
            workers=workers,
        )
    )
