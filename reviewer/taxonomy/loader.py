"""Reading YAML data files with errors that name file and line."""

from pathlib import Path
from typing import Any

import yaml

from reviewer.errors import DataError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(path: Path) -> Any:
    """The content of a YAML file.

    Raises:
        DataError: the file is missing or is no YAML.
    """
    try:
        return yaml.load(path.read_text("utf-8"), _Loader)
    except FileNotFoundError:
        raise DataError("找不到数据文件", str(path), "重新安装本程序，或检查文件名") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path} 第{mark.line + 1}行" if mark else str(path)
        raise DataError("数据文件不是有效的 YAML（UTF-8）", where, "按行号改正后重试") from None
