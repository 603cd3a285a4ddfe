"""The TOML format of rule books: which keys there are, and what their values look like. What they mean is elsewhere."""

from __future__ import annotations

import datetime
from typing import Any

from ...data.forms import FLAG, NAMES, NUMBER, TEXT, Form, typed


def is_date(value: Any) -> bool:
    """Whether a value is a date without a time of day."""
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


_DAY = typed("a date without quotes and time, such as 2023-08-28", datetime.date, test=is_date)
_LIST = Form('a list of texts such as ["main"]', NAMES.take)
_ITEMS = Form(_LIST.words, lambda value: NAMES.take([value] if isinstance(value, str) else value))
_TABLES = typed(
    "written as [[board]] or [[rule]], once for each", list, test=lambda each: all(isinstance(x, dict) for x in each)
)

HEAD = {"name": TEXT, "version": TEXT, "read_on": _DAY, "remark": TEXT, "board": _TABLES, "rule": _TABLES}
BOARD = {"name": TEXT, "kind": TEXT, "codes": _LIST, "remark": TEXT}
RULE = {
    "item": _ITEMS, "boards": _LIST, "from": _DAY, "value": NUMBER, "source": TEXT, "verified": FLAG, "remark": TEXT,
}  # fmt: skip
"""The keys of a rule; ``item`` is one name or several."""


def needed(forms: dict[str, Form]) -> tuple[str, ...]:
    """The keys of a table that can't be left out: all but the remark."""
    return tuple(key for key in forms if key != "remark")


def title(rule: dict[str, Any]) -> str:
    """What an error calls a rule, whatever is wrong with it."""
    item = rule.get("item", "no item")
    return f"{', '.join(map(str, item)) if isinstance(item, list) else item} from {rule.get('from', 'no date')}"
