"""Small folders of filings, and the run over them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.batch import Options, Summary, run_batch

HEAD = "一级指标,二级指标,三级指标,指标值\n"
GOAL = "完成全县高标准农田建设任务，改善农业生产条件，提高粮食综合生产能力，带动农民增收，受益群众满意度明显提高"
Run = Callable[..., Summary]


def table(unit: str, year: int, goal: str = GOAL, quality: str = "稳步提升", rows: str = "") -> str:
    """A filing as CSV, with one flaw that must be corrected (an unmeasurable quality)."""
    head = f"{year}年度项目支出绩效目标申报表\n项目名称,高标准农田建设\n单位,{unit}\n年度绩效目标,{goal}\n"
    own = rows or (
        "产出指标,数量指标,建成高标准农田面积,≥200亩\n"
        f"产出指标,质量指标,工程验收合格率,{quality}\n"
        "产出指标,时效指标,工程完工时间,2024年12月底前\n"
        "效益指标,社会效益指标,带动周边农户增收致富的农户数量,≥100户\n"
        "满意度指标,服务对象满意度指标,受益农户满意度,≥90%\n"
    )
    return head + HEAD + own


def fill(folder: Path, count: int = 12) -> Path:
    """Filings of several units, one that is broken, and things that are no filings."""
    for number in range(count - 1):
        unit = f"云{'溪江河山湖海'[number % 6]}县农业农村局"
        place = folder / f"{unit} 上报" / f"{2023 + number % 2}年 第{number}号 申报表.csv"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(table(unit, 2023 + number % 2), "utf-8")
    (folder / "坏 文件.docx").write_bytes(b"PK\x03\x04broken")
    (folder / "说明.mp4").write_bytes(b"x")
    (folder / "~$正在编辑.docx").write_bytes(b"x")
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with twelve files to review, one of them broken."""
    return fill(tmp_path / "上报 材料")


@pytest.fixture
def run(source: Path, tmp_path: Path) -> Run:
    """Review ``source``; further arguments as of ``run_batch``."""

    def start(output: str = "结果", options: Options | None = None, **more: object) -> Summary:
        more.setdefault("with_parquet", False)
        return run_batch([source], tmp_path / output, options, jobs=2, **more)  # type: ignore[arg-type]

    return start


def digests(output: Path) -> dict[str, bytes]:
    """Every output but the program's state."""
    files = (f for f in output.rglob("*") if f.is_file() and ".batch" not in f.parts)
    return {f.relative_to(output).as_posix(): f.read_bytes() for f in files}


def results(output: Path) -> dict[str, int]:
    """The result files and when each was written."""
    return {f.name: f.stat().st_mtime_ns for f in (output / ".batch" / "results").rglob("*.json.gz")}
