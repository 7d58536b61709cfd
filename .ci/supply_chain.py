"""What we ship with: licences, known vulnerabilities, a bill of materials, and a wheel that comes out the same twice.

    pip install -e ".[supply]"
    python .ci/supply_chain.py licences       every package that the program or an extra needs, against licences.yaml
    python .ci/supply_chain.py audit          pip-audit; "NOT CHECKED" where no database can be reached, never "passed"
    python .ci/supply_chain.py sbom FILE      CycloneDX (JSON) of this environment
    python .ci/supply_chain.py wheel          two builds in two places, byte for byte the same

Exit code 0: fine; 1: something is wrong; 3: could not be checked.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_CHECKED = 3


def licences() -> int:
    """Each package of the closure has a licence of the list."""
    import yaml

    rules = yaml.safe_load((ROOT / ".ci" / "licences.yaml").read_text("utf-8"))
    allowed, known = set(rules["allowed"]), rules["packages"]
    names, absent = closure("indicator-reviewer", set(rules["extras"]))
    wrong, accepted = [], []
    for name in sorted(names):
        found = known.get(name) or licence_of(name)
        if found and found == rules["exceptions"].get(name):
            accepted.append(f"{name} ({found})")
            continue
        parts = {found} if found in allowed else {p.strip() for p in re.split(r";| OR | AND |[()]", found) if p.strip()}
        if not found or not parts <= allowed:
            wrong.append(f"{name}: {found or 'says none'}")
    print(f"{len(names)} packages, {len(wrong)} with a licence that is not on the list")
    if accepted:
        print(f"accepted by name: {', '.join(accepted)}")
    if absent:
        print(f"not installed here, so not looked at: {', '.join(sorted(absent))}")
    print("\n".join(wrong))
    return bool(wrong)


def closure(root: str, extras: set[str]) -> tuple[set[str], set[str]]:
    """Names of all packages that ``root`` with ``extras`` needs, and of those that are not installed."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    names, absent = set[str](), set[str]()
    todo = [(root, extras)]
    seen = set[tuple[str, str]]()
    while todo:
        name, wanted = todo.pop()
        try:
            requires = distribution(name).requires or []
        except PackageNotFoundError:
            absent.add(name)
            continue
        if name != root:
            names.add(name)
        for line in requires:
            need = Requirement(line)
            other = canonicalize_name(need.name)
            applies = need.marker is None or any(need.marker.evaluate({"extra": e}) for e in (wanted or {""}) | {""})
            key = (other, ",".join(sorted(need.extras)))
            if applies and key not in seen:
                seen.add(key)
                todo.append((other, set(need.extras)))
    return names, absent


def licence_of(name: str) -> str:
    """The SPDX expression of a package, else its classifiers or its short licence field."""
    meta = distribution(name).metadata
    if expression := meta.get("License-Expression"):
        return str(expression)
    classifiers = [c.rpartition(" :: ")[2] for c in meta.get_all("Classifier") or [] if c.startswith("License ::")]
    found = [c for c in classifiers if c != "OSI Approved"]
    short = (meta.get("License") or "").strip().splitlines()[:1]
    return "; ".join(found) or (short[0].strip() if short else "")


def audit() -> int:
    """pip-audit, first with PyPI's database, then with OSV's."""
    for service in ("pypi", "osv"):
        command = [sys.executable, "-m", "pip_audit", "-s", service, "--progress-spinner", "off", "--timeout", "10"]
        try:
            done = subprocess.run([*command, "-f", "json"], capture_output=True, text=True, timeout=180)
            packages = json.loads(done.stdout)["dependencies"]
        except (subprocess.TimeoutExpired, ValueError, KeyError):
            continue
        looked_at = [p for p in packages if "vulns" in p]
        skipped = [p["name"] for p in packages if "vulns" not in p and p["name"] != "indicator-reviewer"]
        if not looked_at:
            continue
        bad = [f"{p['name']} {p['version']}: {', '.join(v['id'] for v in p['vulns'])}" for p in looked_at if p["vulns"]]
        print(f"{len(looked_at)} packages looked up at {service}, {len(bad)} with known vulnerabilities")
        print("\n".join([*bad, *([f"not looked up: {', '.join(skipped)}"] if skipped else [])]))
        return 1 if bad else NOT_CHECKED if skipped else 0
    print("NOT CHECKED: no database of vulnerabilities can be reached from here (pypi.org, api.osv.dev)")
    return NOT_CHECKED


def sbom(target: str) -> int:
    """The bill of materials of this environment."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON"]
    done = subprocess.run([*command, "--pyproject", str(ROOT / "pyproject.toml"), "-o", target, sys.prefix])
    if done.returncode:
        return 1
    parts = json.loads(Path(target).read_text("utf-8")).get("components", [])
    print(f"{target}: {len(parts)} components")
    return 0 if parts else 1


def wheel() -> int:
    """Two builds of what git tracks, in folders of other names, with other times and another umask."""
    digests = {}
    with tempfile.TemporaryDirectory() as folder:
        for place, mask, stamp in (("a", 0o022, 1_700_000_000), ("some/where/else", 0o077, 1_600_000_000)):
            copy = Path(folder) / place
            tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
            before = os.umask(mask)
            for name in filter(None, tracked.decode().split("\0")):
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                if (ROOT / name).is_file():
                    shutil.copyfile(ROOT / name, copy / name)
                    os.utime(copy / name, (stamp, stamp))
            env = {**os.environ, "SOURCE_DATE_EPOCH": "1704067200"}
            command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", f"{folder}/{mask}"]
            subprocess.run(command, cwd=copy, env=env, check=True, capture_output=True)
            os.umask(before)
            (made,) = Path(folder, str(mask)).glob("*.whl")
            digests[place] = hashlib.sha256(made.read_bytes()).hexdigest()
            print(f"{made.name} {digests[place]}")
    return int(len(set(digests.values())) != 1)


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or [""]
    commands = {"licences": licences, "audit": audit, "sbom": sbom, "wheel": wheel}
    if what not in commands:
        sys.exit(__doc__)
    sys.exit(commands[what](*rest))
