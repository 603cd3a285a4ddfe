"""What a self-test found."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from sectorlead.reports.message import Text, say


@dataclass(frozen=True)
class Checked:
    """One check.

    Attributes
    ----------
    check : str
    panel, market, engine : str
        What it was tried on.
    cases : int
        How many numbers were compared.
    off : float
        The largest difference.
    allowed : float
    passed : bool
    says : str
        Where it failed, or what was compared.
    """

    check: str
    panel: str
    market: str
    engine: str
    cases: int
    off: float
    allowed: float
    passed: bool
    says: str = ""


@dataclass(frozen=True)
class SelfTest:
    """All checks of a self-test.

    Attributes
    ----------
    checks : tuple of Checked
    notes : tuple of str
        What could not be tried, and why.
    """

    checks: tuple[Checked, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every check did, and there were some."""
        return bool(self.checks) and all(each.passed for each in self.checks)

    @property
    def failures(self) -> tuple[Checked, ...]:
        """Those that did not."""
        return tuple(each for each in self.checks if not each.passed)

    @property
    def table(self) -> pd.DataFrame:
        """A row per check."""
        return pd.DataFrame([asdict(each) for each in self.checks])

    @property
    def told(self) -> Text:
        """What came out, in a sentence."""
        count, failed = len(self.checks), len(self.failures)
        if failed:
            return say("{count} checks, {failed} failed", count=count, failed=failed)
        return say("{count} checks, all passed", count=count)

    def __str__(self) -> str:
        rows = [
            f"{'ok' if each.passed else 'FAIL':4} {each.check:36} {each.panel:10} {each.market:13} {each.engine:10} "
            f"{each.cases:6,} off by {each.off:.1e} of {each.allowed:.1e}" + f": {each.says}" * (not each.passed)
            for each in self.checks
        ]
        return "\n".join((*rows, *(f"note: {each}" for each in self.notes), str(self.told)))

    def __repr__(self) -> str:
        return f"SelfTest({len(self.checks)} checks, {len(self.failures)} failed)"

    def _repr_html_(self) -> str:
        """What a notebook shows: all checks, those that failed first."""
        from sectorlead.reports.render.table_notebook import table_notebook

        failed = len(self.failures)
        told = [str(self.told), *self.notes]
        table = self.table.sort_values("passed", kind="stable") if self.checks else self.table
        return table_notebook("Self-test", told, table, warning=f"{failed} failed" if failed else "")
