"""What goes wrong in files: bytes, lines and numbers of a good one changed, drawn by hypothesis."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

TOKENS = (
    b"", b"0", b"-1", b"1e308", b"5e-324", b"nan", b"inf", b"9" * 400, b"1700-01-01", b"9999-12-31", b"2020-02-30",
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b",", b";", b"\t", b"\n", b"\r\n", b"[", b"]", b"{", b"}", b"[[",
    b"a.a.a", b"= ", b"true", b"null", b"x" * 5_000, b"../../etc", b"\xe5\xbc\xba", b"\xc7\xbf", b"\\u0000", b"1_0",
    b"0x7fffffffffffffffff", b"9223372036854775808", b"-0.0", b"1e-9", b"2024-01-01T00:00:00Z", b"#", b"%", b":",
)  # fmt: skip
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")
_WORD = re.compile(rb"[A-Za-z_]{2,}")


@st.composite
def broken(draw: Any, good: tuple[bytes, ...]) -> bytes:
    """One of some contents, changed in one to six places."""
    content = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(1, 6))):
        content = _changed(draw, content, good)
    return content[: 1 << 20]


def _changed(draw: Any, content: bytes, good: tuple[bytes, ...]) -> bytes:
    at = draw(st.integers(0, 1 << 30)) % (len(content) + 1)
    kind = draw(st.sampled_from(("flip", "cut", "put", "end", "copy", "number", "word", "line", "other")))
    token = draw(st.sampled_from(TOKENS)) if kind in ("put", "number", "word") else b""
    if kind == "flip" and content:
        at %= len(content)
        return content[:at] + bytes([content[at] ^ 1 << draw(st.integers(0, 7))]) + content[at + 1 :]
    if kind == "cut":
        return content[:at] + content[at + draw(st.integers(1, 64)) :]
    if kind == "put":
        return content[:at] + token + content[at:]
    if kind == "end":
        return content[:at]
    if kind == "copy":
        return content[:at] + content[at : at + draw(st.integers(1, 256))] * draw(st.integers(2, 20)) + content[at:]
    if kind in ("number", "word"):
        found = (_NUMBER if kind == "number" else _WORD).search(content, at)
        return content[: found.start()] + token + content[found.end() :] if found else content
    if kind == "line":
        lines = content.split(b"\n")
        one, other = (draw(st.integers(0, 1 << 20)) % len(lines) for _ in range(2))
        lines[one], lines[other] = lines[other], lines[one]
        return b"\n".join(lines)
    theirs = draw(st.sampled_from(good))
    return content[:at] + theirs[draw(st.integers(0, 1 << 30)) % (len(theirs) + 1) :]


NUMBERS = st.one_of(
    st.sampled_from([0, -1, 1, 0.1, 100, 1e-15, 1e-8, 0.01, 0.05, 1e15, 1e18, 1e308, 5e-324, 10**400, 2**63, True]),
    st.floats(), st.integers(), st.floats(0, 1), st.sampled_from([None, "x", "", [], float("nan")]),
)  # fmt: skip
"""What might be given where a number is meant."""
