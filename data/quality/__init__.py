"""What is wrong with the data, by name: rules that look at bars, and the gate before a run."""

from .finding import SEVERITIES, Finding, Rule, Severity, by_rule, sessions_of
from .gate import FILE_RULES, NAMES, SUMMARIES, TABLE_RULES, check, gate, on_calendar
from .table import Table, table_of
from .vendor_file import VendorFile, read_vendor_file

__all__ = [
    "FILE_RULES",
    "NAMES",
    "SEVERITIES",
    "SUMMARIES",
    "TABLE_RULES",
    "Finding",
    "Rule",
    "Severity",
    "Table",
    "VendorFile",
    "by_rule",
    "check",
    "gate",
    "on_calendar",
    "read_vendor_file",
    "sessions_of",
    "table_of",
]
