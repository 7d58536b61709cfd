"""``python -m reviewer.evals.planting [FOLDER] [SEED]``: write the cases of the planted set anew.

Another seed gives another set from the same operators, e.g. in a copy of the folder, to see what figures owe to chance.
"""

import sys
from pathlib import Path

from reviewer.evals.planting.plan import SEED, write_cases
from reviewer.resources import resource

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else resource("eval_sets", "planted")
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    print(f"{write_cases(target, seed)} 个用例已写入 {target / 'cases.jsonl'}")
