"""``reviewer store``: backup and restore of what the page keeps."""

from pathlib import Path
from typing import Annotated

import typer

from reviewer.cli.app import app

store_app = typer.Typer(name="store", help="备份和恢复网页保存的数据。", no_args_is_help=True)
app.add_typer(store_app)

_Data = Annotated[Path | None, typer.Option("--data", metavar="DIR", help="数据文件夹。")]
_Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", envvar="REVIEWER_DATABASE", show_envvar=False, help="数据库的地址。"),
]


@store_app.command("backup")
def backup(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="备份写到哪个文件（.zip）；不写则以日期时间命名。")
    ] = None,
    data: _Data = None,
    database: _Database = None,
) -> None:
    """把全部数据和上传的文件备份成一个 zip；服务不用停。

    例：reviewer store backup
    例：reviewer store backup D:\\备份\\审核.zip
    """
    from datetime import datetime

    from reviewer.resources import data_folder
    from reviewer.store import open_store
    from reviewer.store.backup import backup as write

    target = file or Path(f"reviewer-{datetime.now():%Y%m%d-%H%M%S}.zip")
    store = open_store(data or data_folder(), database)
    try:
        done = write(store, target)
    finally:
        store.close()
    typer.echo(f"已备份到 {target}：{done.rows} 条记录，{done.files} 个文件", err=True)


@store_app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件（.zip）。")],
    data: _Data = None,
    database: _Database = None,
) -> None:
    """把备份恢复到空的数据文件夹（或空的数据库）里；已经有数据时不恢复。

    备份与数据库的种类无关：SQLite 的备份可以恢复到 PostgreSQL，反过来也可以。恢复后各人要重新登录。

    例：reviewer store restore 审核.zip --data D:\\审核数据
    """
    from reviewer.resources import data_folder
    from reviewer.store.backup import restore as read

    done = read(file, data or data_folder(), database)
    typer.echo(f"已恢复 {done.made} 的备份：{done.rows} 条记录，{done.files} 个文件", err=True)
