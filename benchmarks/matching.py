"""Speed and recall of matching beside rapidfuzz, TF-IDF and BM25, in one run.

    python benchmarks/matching.py [--queries 2000] [--entries 20000] [--format markdown|json]

Entries are the names of the bank, widened with made-up ones (a place or body before a name), until there are enough;
queries are the labelled names of ``eval_sets/matching``, repeated. Recall@1 counts the labelled names once each: the
first entry must be one of the acceptable ones. scikit-learn and bm25s come with the extra ``bench``; a method whose
library is not installed is left out and said so.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice, product
from typing import Any

from reviewer.matching import Bank, BankEntry, Matcher, national_bank
from reviewer.matching.decompose import decompose, normalise
from reviewer.resources import resource

_WIDER = (
    "县级", "乡镇", "社区", "第一中学", "中心医院", "开发区", "城北", "城南", "新区", "示范区", "河东片", "园区",
    "福利院", "文化站",
)  # fmt: skip


def _entries(count: int) -> list[tuple[str, str]]:
    """(id, name) of the bank's rows, then made-up ones that no query means."""
    rows = [(entry.id, entry.name) for entry in national_bank().entries]
    wider = ((f"X{n}", f"{place}{name}") for n, (place, (_, name)) in enumerate(product(_WIDER, list(rows))))
    return list(islice((*rows, *wider), count))


def _cases() -> list[dict[str, Any]]:
    path = resource("eval_sets", "matching", "cases.jsonl")
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [case for case in cases if case["kind"] == "match"]


def _recall(firsts: Sequence[str], cases: Sequence[dict[str, Any]]) -> float:
    return sum(first in case["acceptable"] for first, case in zip(firsts, cases, strict=True)) / len(cases)


def _timed(work: Callable[[], list[str]]) -> tuple[float, list[str]]:
    """Least processor seconds of three runs: what else the machine does then counts least."""
    best = float("inf")
    firsts: list[str] = []
    for _ in range(3):
        started = time.process_time()
        firsts = work()
        best = min(best, time.process_time() - started)
    return best, firsts


def _ours(entries: list[tuple[str, str]], queries: list[str]) -> tuple[float, Callable[[], list[str]]]:
    rows = tuple(BankEntry(id=i, name=n, bank="bench") for i, n in entries)
    started = time.process_time()
    matcher = Matcher([Bank(name="bench", entries=rows, digest="")])
    built = time.process_time() - started

    def work() -> list[str]:
        for cached in (decompose, normalise):
            cached.cache_clear()
        return [r.entries[0].entry.id if r.entries else "" for r in matcher.match(queries, top=5)]

    return built, work


def _rapidfuzz(entries: list[tuple[str, str]], queries: list[str]) -> tuple[float, Callable[[], list[str]]]:
    import numpy as np
    from rapidfuzz import fuzz, process

    names = [name for _, name in entries]

    def work() -> list[str]:
        firsts: list[str] = []
        for start in range(0, len(queries), 500):
            scores = process.cdist(queries[start : start + 500], names, scorer=fuzz.ratio, dtype=np.uint8, workers=1)
            firsts += [entries[int(place)][0] for place in scores.argmax(axis=1)]
        return firsts

    return 0.0, work


def _tfidf(entries: list[tuple[str, str]], queries: list[str]) -> tuple[float, Callable[[], list[str]]]:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    started = time.process_time()
    vectoriser = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    known = vectoriser.fit_transform([name for _, name in entries])
    built = time.process_time() - started

    def work() -> list[str]:
        firsts: list[str] = []
        for start in range(0, len(queries), 200):
            scores = (vectoriser.transform(queries[start : start + 200]) @ known.T).toarray()
            best = np.argpartition(-scores, 5, axis=1)[:, :5]
            order = np.take_along_axis(scores, best, axis=1).argmax(axis=1)
            firsts += [entries[int(row[place])][0] for row, place in zip(best, order, strict=True)]
        return firsts

    return built, work


def _bm25(entries: list[tuple[str, str]], queries: list[str]) -> tuple[float, Callable[[], list[str]]]:
    import bm25s

    def pairs(text: str) -> list[str]:
        return [*text, *(text[i : i + 2] for i in range(len(text) - 1))]

    started = time.process_time()
    retriever = bm25s.BM25()
    retriever.index([pairs(name) for _, name in entries], show_progress=False)
    built = time.process_time() - started

    def work() -> list[str]:
        found, _ = retriever.retrieve([pairs(q) for q in queries], k=5, show_progress=False)
        return [entries[int(row[0])][0] for row in found]

    return built, work


_METHODS = {
    "this project": _ours,
    "rapidfuzz.process.cdist (ratio)": _rapidfuzz,
    "scikit-learn TF-IDF top-5": _tfidf,
    "bm25s": _bm25,
}


def measure(query_count: int, entry_count: int) -> dict[str, Any]:
    """All figures of one run: per method processor seconds to index and to match, pairs per second, and recall@1."""
    cases = _cases()
    names = [case["query"] for case in cases]
    # Repeated names get a number so that no cache answers for the matcher.
    queries = [n if i < len(names) else f"{n}({i})" for i, n in enumerate(islice(cycle(names), query_count))]
    entries = _entries(entry_count)
    rows, missing = [], []
    for label, prepare in _METHODS.items():
        try:
            built, work = prepare(entries, queries)
        except ImportError as error:
            missing.append(f"{label}: {error}")
            continue
        seconds, firsts = _timed(work)
        recall = _recall(firsts[: len(names)], cases) if query_count >= len(names) else None
        pairs = len(queries) * len(entries)
        rows.append(
            {
                "method": label,
                "index_s": built,
                "match_s": seconds,
                "pairs_per_s": pairs / seconds,
                "recall_at_1": recall,
            }
        )
    return {
        "queries": len(queries),
        "entries": len(entries),
        "labelled": len(names),
        "methods": rows,
        "missing": missing,
    }


def as_markdown(result: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    lines = [
        f"{result['queries']} queries × {result['entries']} entries; recall@1 on {result['labelled']} labelled names "
        "(names only, no synonyms); processor seconds, least of three runs, one thread each",
        "",
        "| method | index (s) | match (s) | pairs/s | recall@1 |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in result["methods"]:
        recall = "–" if row["recall_at_1"] is None else f"{row['recall_at_1']:.3f}"
        cells = (
            row["method"], f"{row['index_s']:.2f}", f"{row['match_s']:.2f}", f"{row['pairs_per_s'] / 1e6:.1f} M", recall
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    lines += [f"\nNot measured: {item}" for item in result["missing"]]
    return "\n".join(lines)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--format", choices=("markdown", "json"), default="markdown")
    chosen = parser.parse_args()
    result = measure(chosen.queries, chosen.entries)
    print(json.dumps(result, ensure_ascii=False, indent=2) if chosen.format == "json" else as_markdown(result))


if __name__ == "__main__":
    sys.exit(main())
