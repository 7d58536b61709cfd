"""Bad input: a clear error in Chinese, or a partial filing that lists what is missing; never a traceback or a hang."""

import re
import socket
import struct
import threading
import time
import zipfile
from pathlib import Path

import pytest
import xlwt

from reviewer.errors import UnreadableFileError
from reviewer.readers import read, safety
from tests.readers.hostile_files import FAST, HEAD, MAIN, MAKERS, ROW, make_docx, ole, refused, repack

# --- what is no file, or no filing


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.xls", "a.doc", "a.pdf", "a.png", "a.csv", "a.html", "a.txt"])
def test_empty_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    refused(path, "空的")


def test_folders_and_missing_files(tmp_path: Path) -> None:
    refused(tmp_path, "文件夹")
    refused(tmp_path / "a.docx", "找不到")


def test_unknown_types(tmp_path: Path) -> None:
    path = tmp_path / "a.xyz"
    path.write_bytes(b"\0\1\2\3")
    assert ".docx" in refused(path, "不支持").remedy


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAX_FILE_BYTES", 1000)
    refused(make_docx(tmp_path / "a.docx", [HEAD, ROW]), "太大")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.xls", "a.doc", "a.pdf", "a.jpg"])
def test_noise_under_an_office_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 50)
    refused(path, "内容不是")


@pytest.mark.parametrize(
    "signature", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7\n", b"\xff\xd8\xff"]
)
@pytest.mark.parametrize("name", ["a.docx", "a.xls", "a.pdf", "a.jpg"])
def test_noise_behind_a_good_signature(tmp_path: Path, name: str, signature: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(signature + bytes(range(256)) * 50)
    with pytest.raises(UnreadableFileError):
        read(path)


# --- wrong endings


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ("docx", ".xlsx"),
        ("docx", ".doc"),
        ("docx", ".pdf"),
        ("docx", ".txt"),
        ("xlsx", ".docx"),
        ("xlsx", ".xls"),
        ("xlsx", ".csv"),
        ("docx", ""),
    ],
)
def test_read_as_what_it_is(tmp_path: Path, made: str, named: str) -> None:
    path = MAKERS[made](tmp_path / f"a.{made}", [HEAD, ROW]).rename(tmp_path / f"b{named}")
    filing = read(path)
    assert filing.format == made
    assert [r.value for r in filing.forms[0].indicators] == ["150人"]
    assert [(made in u.reason, u.advisory) for u in filing.unread] == [(True, True)]


def test_xls_pdf_and_web_page_under_docx(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for r, row in enumerate((HEAD, ROW)):
        for c, text in enumerate(row):
            sheet.write(r, c, text)
    book.save(str(tmp_path / "xls.docx"))
    page = "".join("<tr>" + "".join(f"<td>{t}</td>" for t in row) + "</tr>" for row in (HEAD, ROW))
    (tmp_path / "html.docx").write_text(f"<html><body><table>{page}</table></body></html>", "utf-8")
    (tmp_path / "html.xls").write_text(f"<html><body><table>{page}</table></body></html>", "utf-8")
    (tmp_path / "csv.xls").write_text("\n".join("\t".join(row) for row in (HEAD, ROW)), "gb18030")
    for name in ("xls.docx", "html.docx", "html.xls", "csv.xls"):
        filing = read(tmp_path / name)
        assert filing.format == name.split(".")[0]
        assert [r.name for r in filing.forms[0].indicators] == ["培训残疾人数"], name


def test_plain_text_under_docx_is_no_pass(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_text("关于报送材料的通知。请按时报送。", "utf-8")
    with pytest.raises(UnreadableFileError):
        read(path)


@pytest.mark.parametrize(
    ("head", "match"),
    [
        (b"Rar!\x1a\x07\x00", "压缩包"),
        (b"7z\xbc\xaf\x27\x1c", "压缩包"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "MHTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "2003"),
    ],
)
def test_kinds_that_are_refused_by_name(tmp_path: Path, head: bytes, match: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(head + b" " * 100)
    refused(path, match)


def test_an_ordinary_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("申报表.txt", "x")
    refused(path, "压缩包")


# --- damage


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_packages(tmp_path: Path, kind: str, share: float) -> None:
    path = MAKERS[kind](tmp_path / f"a.{kind}", [HEAD, ROW])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    refused(path, "损坏")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_flipped_bytes_in_the_main_part(tmp_path: Path, kind: str) -> None:
    path = MAKERS[kind](tmp_path / f"a.{kind}", [HEAD, ROW])
    with zipfile.ZipFile(path) as package:
        start = package.getinfo(MAIN[kind]).header_offset + 80
    data = bytearray(path.read_bytes())
    for i in range(start, start + 40):
        data[i] ^= 0xFF
    path.write_bytes(data)
    refused(path, "损坏")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_xml_that_breaks_off(tmp_path: Path, kind: str) -> None:
    path = repack(MAKERS[kind](tmp_path / f"a.{kind}", [HEAD, ROW]), MAIN[kind], lambda data: data[: len(data) // 2])
    refused(path, "损坏")


def test_truncated_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for r in range(200):
        sheet.write(r, 0, f"第{r}行")
    book.save(str(tmp_path / "a.xls"))
    data = (tmp_path / "a.xls").read_bytes()
    for share in (0.2, 0.6):
        path = tmp_path / f"{share}.xls"
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(UnreadableFileError):
            read(path)


# --- passwords


def test_encrypted_office_file(tmp_path: Path) -> None:
    """Word and Excel wrap a protected .docx or .xlsx in a compound file."""
    for name in ("a.docx", "a.xlsx"):
        assert "取消密码" in refused(ole(tmp_path / name, "EncryptedPackage", b"\x08" * 6000), "密码").remedy


def test_encrypted_doc(tmp_path: Path) -> None:
    head = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x804, 0, 0x0100)
    refused(ole(tmp_path / "a.doc", "WordDocument", head + b"\0" * 6000), "密码")


def test_encrypted_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "x")
    stream = book.get_biff_data()
    (length,) = struct.unpack_from("<H", stream, 2)
    record = struct.pack("<HHHHH", 0x2F, 6, 0, 0x1234, 0x5678)  # FILEPASS, XOR obfuscation
    refused(ole(tmp_path / "a.xls", "Workbook", stream[: 4 + length] + record + stream[4 + length :]), "密码")


def test_zip_password(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docx", [HEAD, ROW])
    data = path.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x02")
    raw = bytearray(data)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(signature, at + 4)
    path.write_bytes(raw)
    refused(path, "密码")


# --- bombs


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_zip_bomb_in_the_main_part(tmp_path: Path, kind: str) -> None:
    path = MAKERS[kind](tmp_path / f"a.{kind}", [HEAD, ROW])
    repack(path, MAIN[kind], lambda data: data + b" " * (80 * 1024**2))
    assert path.stat().st_size < 1024**2
    start = time.monotonic()
    refused(path, "庞大")
    assert time.monotonic() - start < FAST


def test_zip_bomb_in_any_part(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docx", [HEAD, ROW])
    repack(path, "word/media/image1.png", lambda _: b"\0" * (40 * 1024**2))
    refused(path, "庞大")


def test_many_parts(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docx", [HEAD, ROW])
    with zipfile.ZipFile(path, "a") as package:
        for n in range(safety.MAX_ENTRIES):
            package.writestr(f"x/{n}", b"")
    refused(path, "庞大")


def test_unpacked_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAX_UNPACKED_BYTES", 10_000)
    refused(make_docx(tmp_path / "a.docx", [HEAD, ROW]), "庞大")


def test_two_parts_of_one_name(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docx", [HEAD, ROW])
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "a") as package:
        package.writestr("word/document.xml", b"<x/>")
    refused(path, "重名")


# --- entities


@pytest.fixture
def listener() -> tuple[str, list[bytes]]:
    """A local server that notes every connection."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    seen: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            seen.append(b"connected")
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/x", seen


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("docx", "word/document.xml"),
        ("docx", "_rels/.rels"),
        ("docx", "word/styles.xml"),
        ("docx", "docProps/core.xml"),
        ("xlsx", "xl/worksheets/sheet1.xml"),
        ("xlsx", "xl/workbook.xml"),
        ("xlsx", "[Content_Types].xml"),
        ("xlsx", "xl/styles.xml"),
    ],
)
def test_external_entities_are_never_resolved(
    tmp_path: Path, kind: str, part: str, encoding: str, listener: tuple[str, list[bytes]]
) -> None:
    address, seen = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("不可外传", "utf-8")
    doctype = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}"><!ENTITY b SYSTEM "{address}">]>'

    def attack(data: bytes) -> bytes:
        text = re.sub(r"^<\?xml[^>]*\?>\s*", "", data.decode("utf-8"))
        text = f'<?xml version="1.0" encoding="{encoding}"?>{" " * 3000}{doctype}' + text.replace("150人", "&a;&b;")
        return text.encode(encoding)

    path = repack(MAKERS[kind](tmp_path / f"a.{kind}", [HEAD, ROW]), part, attack)
    error = refused(path, "DTD")
    assert "不可外传" not in str(error)
    assert not seen


def test_billion_laughs(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "哈">{entities}]>'.encode()

    def attack(data: bytes) -> bytes:
        return data.replace(b"?>", b"?>" + doctype, 1).replace("150人".encode(), b"&a11;")

    start = time.monotonic()
    refused(repack(make_docx(tmp_path / "a.docx", [HEAD, ROW]), MAIN["docx"], attack), "DTD")
    assert time.monotonic() - start < FAST


def test_other_encodings_of_markup(tmp_path: Path) -> None:
    """A part in an encoding that hides its markup from a search for DOCTYPE."""
    path = make_docx(tmp_path / "a.docx", [HEAD, ROW])
    repack(path, MAIN["docx"], lambda _: b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x/+AD4-')
    refused(path, "编码")


def test_entities_in_html_are_text(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不可外传", "utf-8")
    path = tmp_path / "a.html"
    cells = "".join(f"<td>{t}</td>" for t in HEAD)
    path.write_text(
        f'<!DOCTYPE html [<!ENTITY a SYSTEM "{secret.as_uri()}">]><table><tr>{cells}</tr>'
        "<tr><td>产出指标</td><td>数量指标</td><td>&a;</td><td>1人</td></tr></table>",
        "utf-8",
    )
    assert "不可外传" not in read(path).model_dump_json()
