"""What the other tests read with finds English where there is some, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from .reading import english, marked, page_texts, read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("策略 Held 12%", ["Held"]), ("回撤 drawdown", ["drawdown"]), ("not verified：一个引擎", ["not", "verified"]),
        ("年化收益 CAGR 12%，VaR 3%", []), ("报告: out/a/report.html", []), ("see held_up.benchmark", ["see"]),
        ("SIM01 自 2016-01-04 起", []), ("持有 top 3", []), ("toppled", ["toppled"]),
        ("sectorlead list markets", ["list", "markets"]),
    ],
)  # fmt: skip
def test_a_word_is_found_that_is_no_name_and_no_code(text: str, found: list[str]) -> None:
    assert [word for words in english([text], {"top"}).values() for word in words] == found


def test_code_is_known_by_what_the_page_marks_and_where_print_breaks_it() -> None:
    code = "<pre>Rotation(score=Momentum(60), pick=TopN(3))</pre>"
    page = f'<p title="Held">策略</p>{code}<b translate="no" title="One">Two</b>'
    assert english(page_texts(page)) == {"Held": ["Held"]}
    broken = ["代码 Rotation(score=Momentum(60),", "pick=TopN(3))", "pick the best"]
    assert [*english(broken, (), marked(page))] == ["pick the best"]


def test_every_format_is_read(tmp_path: Path) -> None:
    xlsxwriter, typst = pytest.importorskip("xlsxwriter"), pytest.importorskip("typst")
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    book.add_worksheet("Held sheet").write_string(1, 1, "Held cell")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": ["Held sheet", 0, 0, 3, 0]})
    chart.set_title({"name": "Held chart"})
    book.add_worksheet("图").insert_chart(0, 0, chart)
    book.close()
    (tmp_path / "a.typ").write_text('#set document(title: "Held title")\n= Held heading\nHeld text', encoding="utf-8")
    typst.compile(tmp_path / "a.typ", output=tmp_path / "a.pdf")
    (tmp_path / "a.md").write_text("Held text, `code here`\n```\ncode\n```", encoding="utf-8")
    (tmp_path / "a.html").write_text("<title>Held title</title><p>Held text", encoding="utf-8")
    (tmp_path / "a.csv").write_text("Held", encoding="utf-8")
    found = {path.suffix: {*english(read(path))} for path in tmp_path.iterdir()}
    assert found[".xlsx"] == {"Held sheet", "Held cell", "Held chart"}
    assert found[".pdf"] == {"Held heading", "Held text", "Held title"}
    assert found[".md"] == {"Held text,"}
    assert found[".html"] == {"Held title", "Held text"}
    assert found[".csv"] == set()  # it is for programs
