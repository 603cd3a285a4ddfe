"""What every page must be: well-formed, self-contained, without a number that isn't one."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "br", "col"}


class Outline(HTMLParser):
    """Counts tags, checks that each is closed, and gathers links and headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.heads_without_scope = 0
        self.text: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        given = dict(attrs)
        self.links += [given[key] for key in ("href", "src", "srcset", "data") if given.get(key)]
        self.heads_without_scope += tag == "th" and "scope" not in given
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & {*self.open}:
            self.text.append(data)


def check_page(page: str) -> str:
    """The text that a reader sees, after the page was found well-formed and self-contained."""
    outline = Outline(page)
    assert all(link.startswith("#") for link in outline.links)
    shown, scripts = re.subn(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert scripts <= 2  # the numbers of the lines, and what draws them
    assert not re.search(r"@import|url\((?!data:)|<script|<link|https?://", shown)
    assert not re.search(r"<script[^>]*\bsrc=", page)
    assert outline.heads_without_scope == 0
    assert outline.tags["h1"] == 1
    assert not re.search(r"\bnan\b|\binf\b|\bNaT\b|(?<!=)\bNone\b(?!:)", " ".join(outline.text))
    return " ".join(" ".join(outline.text).split())
