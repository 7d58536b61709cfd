"""Paths that strangers name: nothing is written outside its folder."""

import json
import zipfile
from pathlib import Path

import pytest

from reviewer.errors import ReviewerError
from reviewer.store import open_store
from reviewer.store.backup import backup, restore
from tests.store.test_store import fill

EVIL = [
    "../evil",
    "/tmp/evil",
    "..\\evil",
    "files/../../evil",
    "C:\\evil",
    "files/" + "a" * 300,
    "tables/../../evil.jsonl",
]


def _backup(tmp_path: Path) -> Path:
    store = open_store(tmp_path / "server")
    fill(store)
    backup(store, tmp_path / "good.zip")
    return tmp_path / "good.zip"


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("listed", [False, True], ids=["only there", "in the manifest"])
def test_a_backup_with_members_outside(tmp_path: Path, name: str, listed: bool) -> None:
    good, bad = _backup(tmp_path), tmp_path / "bad.zip"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if listed and info.filename == "manifest.json":
                told = json.loads(data)
                told["files"][name.removeprefix("files/")] = "0" * 64
                data = json.dumps(told).encode()
            new.writestr(info, data)
        new.writestr(name, b"evil")
    target = tmp_path / "in" / "restored"
    before = set(tmp_path.rglob("*"))
    if listed:
        with pytest.raises(ReviewerError):
            restore(bad, target)
    else:
        restore(bad, target)
    made = set(tmp_path.rglob("*")) - before
    assert all(target in (p, *p.parents) or p in target.parents for p in made)
    assert not [p for p in made if "evil" in p.name] and not Path("/tmp/evil").exists()


def test_a_backup_whose_member_is_a_link(tmp_path: Path) -> None:
    good, bad = _backup(tmp_path), tmp_path / "bad.zip"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.startswith("files/"):
                info.external_attr = 0o120777 << 16  # a symbolic link, which leads to what the file says
                data = b"/etc/hostname"
            new.writestr(info, data)
    with pytest.raises(ReviewerError):  # the digest is another
        restore(bad, tmp_path / "restored")
    assert not [p for p in (tmp_path / "restored").rglob("*") if p.is_symlink()]


@pytest.mark.parametrize("folder_is_link", [False, True])
def test_a_place_that_leads_elsewhere(tmp_path: Path, folder_is_link: bool) -> None:
    """A data folder may be a link that the administrator made; what is restored is never itself a link."""
    good = _backup(tmp_path)
    (tmp_path / "disk").mkdir()
    target = tmp_path / "link"
    if folder_is_link:
        target.symlink_to(tmp_path / "disk")
    assert restore(good, target).files == 2
    assert not [p for p in target.rglob("*") if p.is_symlink()]
