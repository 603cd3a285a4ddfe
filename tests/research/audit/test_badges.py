"""What reports say of an audit: that of a real one, its findings included, or that there was none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import sectorlead as sl

from .cheats import PANEL, BehindTheView, written

FEW: dict[str, Any] = {"cuts": 2, "sessions": 60, "fresh_process": False}
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore")
def test_a_comparison_audits_each_strategy_and_says_whose_have_findings(tmp_path: Path) -> None:
    written()
    rules = {"honest": RULE, "cheat": BehindTheView()}
    found = sl.compare(rules, PANEL, "frictionless", seeds=0, bootstrap=100, sensitivity=False, audit=True)
    assert found.records["honest"].audited.startswith("nothing found in ")
    assert " finding" in found.records["cheat"].audited
    assert not found.records["cheat"].audited.startswith("nothing")
    told = "2 of 2 runs audited for look-ahead; findings in 1 of them."
    assert told in text(found.save(tmp_path / "o") / "tournament.html")
    plain = sl.compare(rules, PANEL, "frictionless", seeds=0, bootstrap=100, sensitivity=False)
    assert {record.audited for record in plain.records.values()} == {""}
    assert "Not audited for look-ahead." in text(plain.save(tmp_path / "p") / "tournament.html")


def test_a_sweep_says_which_variant_was_audited(tmp_path: Path) -> None:
    found = sl.sweep(RULE, {"lookback": [10, 20]}, PANEL, "frictionless", store=tmp_path / "store")
    assert "Not audited for look-ahead." in text(found.report(tmp_path / "a.html"))
    first = int(found.top(1, "cagr").index[0])
    audited = found.audit(metric="cagr", **FEW)
    expected = sl.audit(found.strategy(first), PANEL, "frictionless", **FEW).badge
    assert f"Audited for look-ahead: variant {first}, {expected}." in text(audited.report(tmp_path / "b.html"))
    kept = sl.open(audited.save(tmp_path / "kept"))
    assert f"variant {first}, {expected}" in text(kept.report(tmp_path / "c.html"))
    assert "Not audited" in text(found.report(tmp_path / "a.html"))  # the sweep itself is as it was


def test_a_walk_forward_audits_the_run_out_of_sample(tmp_path: Path) -> None:
    windows = sl.Windows(train=60, test=40)
    found = sl.walkforward(RULE, {"lookback": [10, 20]}, PANEL, "frictionless", windows=windows, store=tmp_path / "s")
    assert "Not audited for look-ahead." in text(found.report(tmp_path / "a.html"))
    audited = found.audit(**FEW)
    assert audited.run.audited.startswith("nothing found in ")
    for page in (audited.report(tmp_path / "b.html"), audited.run.tearsheet(tmp_path / "c.html")):
        assert f"Audited for look-ahead: {audited.run.audited}." in text(page)


def test_studies_of_a_score_tell_what_its_audit_found(tmp_path: Path) -> None:
    score = sl.Momentum(20)
    badge = sl.audit(score, PANEL, **FEW)
    dated = sl.event_study(score, PANEL, events=PANEL.sessions[60:160:20], horizons=(5,), least=5, flips=100, draws=3)
    for study in (dated, sl.factor_report(score, PANEL, horizons=(5,), least=5)):
        assert "Not audited for look-ahead." in text(study.report(tmp_path / "a.html"))
        page = text(study.with_audit(badge).report(tmp_path / "b.html"))
        assert f"Audited for look-ahead: {badge.badge}." in page
