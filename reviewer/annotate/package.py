"""An Office package whose parts are patched: every part that is not set stays as it is, byte for byte."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.readers.safety import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_TYPES = "[Content_Types].xml"
_TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(frozen=True)
class Relation:
    """A relation of a part; ``target`` is the name of a part of the package."""

    id: str
    type: str
    target: str


class Package:
    """The parts of a file that ``readers.safety.check_zip`` let through.

    Args:
        path: the file's place, for messages.
        content: its bytes.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._names = set(self._zip.namelist())
        self._set: dict[str, bytes] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names or name in self._set

    def names(self) -> list[str]:
        """The names of all parts."""
        return [*self._zip.namelist(), *(name for name in self._set if name not in self._names)]

    @property
    def zip(self) -> zipfile.ZipFile:
        """The package as it was."""
        return self._zip

    def read(self, name: str) -> bytes:
        """The bytes of a part, as set or as they were."""
        return self._set[name] if name in self._set else self._zip.read(name)

    def tree(self, name: str) -> "_Element":
        """A part as a tree of its own."""
        return parse_xml(self.read(name), self.path, name)

    def put(self, name: str, content: "bytes | _Element") -> None:
        """Set a part."""
        from lxml import etree

        if not isinstance(content, bytes):
            content = etree.tostring(content, xml_declaration=True, encoding="UTF-8", standalone=True)
        self._set[name] = content

    def free_name(self, pattern: str, *, plain: bool = False) -> str:
        """The first name of the pattern (``xl/comments{}.xml``) that is not taken; ``plain``: best without a number."""
        taken = {name.lower() for name in self.names()}
        numbers = ["", *range(1, 10_000)] if plain else list(range(1, 10_000))
        return next(name for n in numbers if (name := pattern.format(n)).lower() not in taken)

    def relations(self, part: str) -> Iterator[Relation]:
        """The relations of a part to other parts."""
        name = relations_name(part)
        if name not in self:
            return
        for item in self.tree(name):
            if isinstance(item.tag, str) and item.get("TargetMode") != "External":
                target = item.get("Target") or ""
                full = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
                yield Relation(item.get("Id") or "", item.get("Type") or "", posixpath.normpath(full))

    def related(self, part: str, kind: str) -> Relation | None:
        """The first relation whose type ends in ``kind`` and whose target exists."""
        return next((r for r in self.relations(part) if r.type.endswith(f"/{kind}") and r.target in self), None)

    def relate(self, part: str, relation_type: str, target: str) -> str:
        """Add a relation; its id."""
        from lxml import etree

        name = relations_name(part)
        if name in self:
            root = self.tree(name)
        else:
            root = etree.fromstring(f'<Relationships xmlns="{_RELATIONS_NS}"/>'.encode())
            self.declare_ending("rels", _RELATIONS_TYPE)
        taken = {item.get("Id") for item in root}
        key = next(key for n in range(1, len(taken) + 2) if (key := f"rId{n}") not in taken)
        relation = etree.SubElement(root, f"{{{_RELATIONS_NS}}}Relationship")
        relation.set("Id", key)
        relation.set("Type", relation_type)
        relation.set("Target", posixpath.relpath(target, posixpath.dirname(part) or "."))
        self.put(name, root)
        return key

    def declare(self, part: str, content_type: str) -> None:
        """Tell the content type of a part."""
        self._declare("Override", "PartName", f"/{part}", content_type)

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Tell the content type of all parts with a file ending, unless it is told already."""
        self._declare("Default", "Extension", ending, content_type)

    def _declare(self, kind: str, key: str, value: str, content_type: str) -> None:
        from lxml import etree

        root = self.tree(_TYPES)
        tag = f"{{{_TYPES_NS}}}{kind}"
        if any((item.get(key) or "").lower() == value.lower() for item in root.iter(tag)):
            return
        item = etree.Element(tag)
        item.set(key, value)
        item.set("ContentType", content_type)
        root.insert(0 if kind == "Default" else len(root), item)
        self.put(_TYPES, root)

    def save(self) -> bytes:
        """The package with its parts as set, in the order that they had; new parts at the end."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
            for entry in self._zip.infolist():
                content = self._set.get(entry.filename)
                out.writestr(_like(entry), self._zip.read(entry) if content is None else content)
            like = self._zip.infolist()[0]
            for name, content in self._set.items():
                if name not in self._names:
                    entry = zipfile.ZipInfo(name, like.date_time)
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    entry.external_attr = like.external_attr
                    out.writestr(entry, content)
        return buffer.getvalue()


def xml_text(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _NO_XML.sub("", text)


def relations_name(part: str) -> str:
    """The name of the part that holds a part's relations."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _like(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """An entry for the same part in another archive; sizes and flags are the writer's own."""
    copy = zipfile.ZipInfo(entry.filename, entry.date_time)
    stored = entry.compress_type == zipfile.ZIP_STORED
    copy.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    copy.external_attr, copy.create_system = entry.external_attr, entry.create_system
    return copy
