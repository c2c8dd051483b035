"""What came from elsewhere is what NOTICE says, to the byte."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha384

from netql.api.explorer.page import SCRIPTS, STATIC, STYLES

VENDOR = STATIC / "vendor"
ENTRY = re.compile(r"^(\S+\.(?:js|css))\n  (\S+) ([\d.]+), (\S+)\n  sha384-(\S+)$", re.MULTILINE)


def test_each_vendored_file_has_the_hash_that_is_on_record() -> None:
    entries = ENTRY.findall((VENDOR / "NOTICE").read_text())
    files = {path.name for path in VENDOR.iterdir() if path.suffix in (".js", ".css")}
    assert {name for name, *_ in entries} == files
    for name, _, _, _, recorded in entries:
        digest = sha384((VENDOR / name).read_bytes()).digest()
        assert b64encode(digest).decode() == recorded, name


def test_every_vendored_file_is_used_and_every_licence_is_there() -> None:
    used = {name.removeprefix("vendor/") for name in (*SCRIPTS, *STYLES)}
    files = {path.name for path in VENDOR.iterdir() if path.suffix in (".js", ".css")}
    assert files <= used
    notice = (VENDOR / "NOTICE").read_text()
    for licence in re.findall(r"licences/(\S+\.txt)", notice):
        assert (VENDOR / "licences" / licence).is_file()
