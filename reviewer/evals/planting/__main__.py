"""``python -m reviewer.evals.planting [FOLDER]``: write the cases of the planted set anew."""

import sys
from pathlib import Path

from reviewer.evals.planting.plan import write_cases
from reviewer.resources import resource

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else resource("eval_sets", "planted")
    print(f"{write_cases(target)} 个用例已写入 {target / 'cases.jsonl'}")
