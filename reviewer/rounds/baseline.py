"""A stock of old findings, frozen: only what is new beside it counts."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reviewer.errors import DataError
from reviewer.records import Report
from reviewer.rounds.places import Places, form_words

_VERSION = 1
_Key = tuple[str, str, str, str]  # file, form, code, text


@dataclass(frozen=True)
class Baseline:
    """Findings by file, form, code and text, with how often each occurs.

    Attributes:
        single: of one file: its name does not matter then, so that a renamed file meets its baseline.
    """

    counts: dict[_Key, int]
    single: bool


def freeze(report: Report, made: date) -> bytes:
    """The baseline of a report as JSON; what is set aside already is not frozen once more."""
    counts: Counter[_Key] = Counter()
    for item in report.filings:
        places = Places(item)
        for finding in item.findings:
            form = form_words(places.forms[finding.form_id])
            counts[item.filing.source, form, finding.code, places.finding_words(finding)] += 1
    entries = [
        {"file": file, "form": form, "code": code, "text": text, "count": number}
        for (file, form, code, text), number in sorted(counts.items())
    ]
    files = sorted(item.filing.source for item in report.filings)
    data = {"version": _VERSION, "made": made.isoformat(), "files": files, "findings": entries}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", errors="replace")


def load_baseline(path: Path) -> Baseline:
    """A baseline from its file.

    Raises:
        DataError: no such file, or no baseline.
    """
    try:
        data = json.loads(path.read_bytes())
        return _baseline(data)
    except FileNotFoundError:
        raise DataError("找不到基线文件", str(path), "先用 reviewer baseline 生成，或检查文件名") from None
    except OSError as error:
        raise DataError(f"基线文件读不了：{error.strerror or error}", str(path), "检查路径和权限") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataError("这不是基线文件", str(path), "用 reviewer baseline 重新生成") from None


def _baseline(data: Any) -> Baseline:
    if data["version"] != _VERSION:
        raise ValueError(data["version"])
    single = len(data["files"]) == 1
    counts: Counter[_Key] = Counter()
    for entry in data["findings"]:
        file = "" if single else str(entry["file"])
        counts[file, str(entry["form"]), str(entry["code"]), str(entry["text"])] += int(entry["count"])
    return Baseline(dict(counts), single)
