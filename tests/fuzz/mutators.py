"""Mutations that keep a container whole, so that the fuzzer reaches what is inside it.

A flipped byte in a zip or a compound file only meets its checksum. These unpack the container, change one part (its
bytes, or its XML tree), and pack it again.
"""

import copy
import io
import random
import struct
import zipfile
from collections.abc import Callable

from lxml import etree

Mutate = Callable[[bytes, int], bytes]  # bytes and the largest size → changed bytes; the fuzzer's own
Mutator = Callable[[bytes, int, int], bytes]  # data, largest size, seed → changed data

WORDS = (
    "", " ", "0", "-1", "1e9", "²", "99999999999", "１２", "NaN", "true", "restart", "产出指标", "数量指标", "效益指标",
    "成本指标", "一级指标", "二级指标", "三级指标", "指标值", "年度目标", "项目名称", "金额", "测算依据", "单位",
    "合计", "≥100%", "2024年13月", "3×5万元", "100万元", "1e999999999", "\u202e", "=1+1", "A1:XFD1048576", "x" * 300,
)  # fmt: skip


def xml(data: bytes, mutate: Mutate, choose: random.Random) -> bytes:
    """An XML part with one to three changes in its tree."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return mutate(data, len(data) + 100)
    for _ in range(choose.randint(1, 3)):
        elements = list(root.iter("*"))
        element, other = choose.choice(elements), choose.choice(elements)
        parent = element.getparent()
        kind = choose.randrange(8)
        if kind == 0 and parent is not None:
            parent.remove(element)
        elif kind == 1 and parent is not None:
            parent.insert(choose.randint(0, len(parent)), _copy(element))
        elif kind == 2 and element not in other.iterancestors() and element is not other and len(elements) < 5_000:
            other.append(_copy(element))
        elif kind == 3 and element.attrib:
            element.set(choose.choice(list(element.attrib)), choose.choice(WORDS))
        elif kind == 4 and element.attrib:
            del element.attrib[choose.choice(list(element.attrib))]
        elif kind == 5 and element.text:
            element.text = _text(mutate(element.text.encode(), len(element.text) * 3 + 20))
        elif kind == 6:
            element.text = choose.choice(WORDS).replace("\u202e", "")
        else:
            element.tag = other.tag
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _copy(element: etree._Element) -> etree._Element:
    made = copy.deepcopy(element)  # not through bytes: a changed tree need not be one that can be parsed again
    made.tail = None
    return made


def _text(data: bytes) -> str:
    return "".join(c for c in data.decode("utf-8", "ignore") if c >= " " and c not in "\ufffe\uffff")


def zipped(mutate: Mutate) -> Mutator:
    """For Office packages."""

    def change(data: bytes, limit: int, seed: int) -> bytes:
        choose = random.Random(seed)
        if choose.randrange(20) == 0:
            return mutate(data, limit)
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                parts = {name: package.read(name) for name in package.namelist()}
        except Exception:  # already broken: bytes are all there is
            return mutate(data, limit)
        if not parts:
            return mutate(data, limit)
        # The parts with content weigh more than themes and fonts.
        names = [n for n in parts for _ in range(10 if "document" in n or "sheet" in n or "Strings" in n else 1)]
        name = choose.choice(names)
        if name.endswith((".xml", ".rels")) and choose.randrange(10):
            parts[name] = xml(parts[name], mutate, choose)
        else:
            parts[name] = mutate(parts[name], len(parts[name]) + 200)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for name, content in parts.items():
                package.writestr(name, content)
        return packed.getvalue() if len(packed.getvalue()) <= limit else data

    return change


def compound(mutate: Mutate, stream: str = "Workbook") -> Mutator:
    """For .xls: the records of the workbook stream."""
    import olefile
    from xlwt.CompoundDoc import XlsDoc

    def change(data: bytes, limit: int, seed: int) -> bytes:
        choose = random.Random(seed)
        if choose.randrange(20) == 0:
            return mutate(data, limit)
        try:
            with olefile.OleFileIO(io.BytesIO(data)) as ole:
                content = ole.openstream(stream).read()
        except Exception:  # already broken: bytes are all there is
            return mutate(data, limit)
        records: list[tuple[int, bytes]] = []
        place = 0
        while place + 4 <= len(content):
            kind, length = struct.unpack_from("<HH", content, place)
            records.append((kind, content[place + 4 : place + 4 + length]))
            place += 4 + length
        for _ in range(choose.randint(1, 3)):
            if not records:
                return mutate(data, limit)
            number = choose.randrange(len(records))
            kind, body = records[number]
            way = choose.randrange(6)
            if way == 0:
                del records[number]
            elif way == 1:
                records.insert(choose.randrange(len(records)), (kind, body))
            elif way == 2:
                records[number] = (choose.choice(records)[0], body)
            elif body:
                records[number] = (kind, mutate(body, len(body) + 8))
        whole = b"".join(struct.pack("<HH", kind, len(body) & 0xFFFF) + body for kind, body in records)
        packed = io.BytesIO()
        XlsDoc().save(packed, whole)
        return packed.getvalue() if len(packed.getvalue()) <= limit else data

    return change


def lines(mutate: Mutate) -> Mutator:
    """For text: lines and words are moved, doubled and taken from the field's vocabulary."""

    def change(data: bytes, limit: int, seed: int) -> bytes:
        choose = random.Random(seed)
        way = choose.randrange(6)
        if way <= 1:
            return mutate(data, limit)
        rows = data.split(b"\n")
        number = choose.randrange(len(rows))
        word = choose.choice(WORDS).encode()
        if way == 2:
            rows.insert(choose.randint(0, len(rows)), rows[number])
        elif way == 3 and len(rows) > 1:
            del rows[number]
        elif way == 4:
            place = choose.randint(0, len(rows[number]))
            rows[number] = rows[number][:place] + word + rows[number][place:]
        else:
            cells = rows[number].split(choose.choice([b",", b"|", b"<", b" ", b'"']))
            cells[choose.randrange(len(cells))] = word
            rows[number] = b",".join(cells) if b"," in rows[number] else b"|".join(cells)
        return b"\n".join(rows)[:limit]

    return change


MUTATORS: dict[str, Callable[[Mutate], Mutator]] = {
    "docx": zipped, "xlsx": zipped, "xls": compound,
    "html": lines, "csv": lines, "md": lines, "txt": lines, "json": lines,
    "values": lines, "cost_lines": lines, "replies": lines,
}  # fmt: skip
