"""Every way in which akshare fails, as one of three errors: no data, blocked, schema changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ..errors import BlockedError, NoDataError, SchemaChangedError, SourceError
from .exchanges import GONE, Broken, Exchange

_REFUSING = re.compile(
    r"频繁|访问受限|限制访问|禁止访问|拒绝访问|验证码|人机验证|滑块|黑名单|稍后再试"
    r"|captcha|too many|rate.?limit|forbidden|access.?denied|unusual traffic",
    re.IGNORECASE,
)
_SMALL_PAGE = 2_000  # characters; a page with a table is longer, a notice or a challenge is not


def failure(
    call: str,
    parameters: Mapping[str, str],
    exchanges: Collection[Exchange],
    error: Exception | None,
    pages: Collection[str] = (),
) -> SourceError:
    """What a failed call means: what the HTTP layer saw comes first, the exception's own text last.

    Parameters
    ----------
    call : str
        For the message: ``akshare.index_hist_sw(symbol='801010')``.
    parameters : mapping
        Of the call; a ``KeyError`` on one of their values is an unknown name.
    exchanges : collection of Exchange
        In the order of the requests.
    error : Exception or None
        What was raised; None where an answer came without rows.
    pages : collection of str
        Hosts that answer with web pages; from any other, a page is a refusal.
    """
    if not exchanges:
        return _unasked(call, parameters, error)
    *before, last = exchanges
    where = f"{call}: {last.host}"
    unknown = _unknown_name(error, parameters)
    if unknown and not any(refusing(each, pages) for each in exchanges):
        return NoDataError(f"{where} has nothing by the name of {_name(error)!r}. Ask for its list of today.")
    refusal = refusing(last, pages, parsed=error is None)
    if refusal or unknown:
        return BlockedError(f"{where} {refusal or 'gave its list in part'}. Try again later.")
    if last.status in GONE:
        return NoDataError(f"{where} has no such address (HTTP {last.status}).")
    if (last.status or 0) >= 400:
        return SchemaChangedError(f"{where} does not understand the request (HTTP {last.status}).", column="request")
    if isinstance(last.data, Broken):
        return SchemaChangedError(f"{where} sent JSON that breaks after {last.data.key!r}.", column=last.data.key)
    if nothing_in(last) and not (error and last.form == "page"):
        if any(not nothing_in(each) and each.form in ("json", "script") for each in before):
            return BlockedError(f"{where} stopped giving rows after {len(before)} answers. Try again later.")
        return NoDataError(f"{where} answered, and has no rows.")
    if error is None:
        return SchemaChangedError(f"{where} sent rows; the table made of them is empty.", column="rows")
    column = _column(error, last)
    return SchemaChangedError(f"{where}: {column!r} is not as expected ({_said(error)}).", column=column)


def refusing(exchange: Exchange, pages: Collection[str] = (), parsed: bool = True) -> str:
    """How an answer says "not you" or "not now"; nothing if it does not.

    Parameters
    ----------
    exchange : Exchange
    pages : collection of str
        Ends of the names of hosts that answer with web pages; from any other, a page is a refusal.
    parsed : bool
        Whether the caller got something out of it; if not, a short page is taken for a notice.
    """
    if exchange.failure:
        return f"broke off ({exchange.failure[:200]})"
    if exchange.refused:
        return f"refused (HTTP {exchange.status})"
    if exchange.status in GONE or (exchange.status or 0) >= 400:
        return ""
    if exchange.form == "empty":
        return "sent nothing"
    if exchange.cut:
        return f"sent an answer without its end ({len(exchange.body):,} bytes)"
    expected = any(exchange.host.endswith(host) for host in pages)
    if exchange.form == "page":
        if not expected:
            return f"sent a web page instead of data ({_excerpt(exchange)})"
        if not parsed and (len(exchange.text) < _SMALL_PAGE or _REFUSING.search(exchange.text)):
            return f"sent a notice instead of its page ({_excerpt(exchange)})"
    elif _REFUSING.search(exchange.text[:_SMALL_PAGE]) and nothing_in(exchange):
        return f"refused ({_excerpt(exchange)})"
    return ""


def nothing_in(exchange: Exchange) -> bool:
    """Whether an answer holds no rows: a null, an empty list, an empty text."""
    if exchange.form in ("workbook", "page"):
        return False
    if exchange.data is None and exchange.form == "script":
        quoted = re.search(r'"([^"]*)"', exchange.text)
        return quoted is None or len(quoted[1]) < 8
    return not _has_rows(exchange.data)


def _has_rows(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_rows(each) for each in value.values())
    if isinstance(value, str):
        return value.count(",") >= 4  # bars in one text
    return isinstance(value, list) and len(value) > 0


def _unasked(call: str, parameters: Mapping[str, str], error: Exception | None) -> SourceError:
    """It failed before anything was sent."""
    if _unknown_name(error, parameters):
        return NoDataError(f"{call}: nothing by the name of {_name(error)!r}. Ask for its list of today.")
    if isinstance(error, ValueError):
        return NoDataError(f"{call}: nothing was asked for ({_said(error)}).")
    what = "function" if isinstance(error, AttributeError) else "parameters"
    return SchemaChangedError(
        f"{call}: this version of akshare can't be called so ({_said(error)}). Install the version in pyproject.toml.",
        column=what,
    )


def _unknown_name(error: Exception | None, parameters: Mapping[str, str]) -> bool:
    """Whether a list was searched in vain for what was asked for."""
    return isinstance(error, KeyError) and _name(error) in parameters.values()


def _name(error: Exception | None) -> str:
    return str(error.args[0]) if error is not None and error.args else ""


def _column(error: Exception, last: Exchange) -> str:
    """The name in the error, or the nearest description of the part that changed."""
    text = _name(error)
    if isinstance(error, KeyError):
        return ", ".join(re.findall(r"'([^']+)'", text)) or text
    if "ength mismatch" in text or "columns passed" in text:
        return "number of columns"
    return "page" if last.form == "page" else "body"


def _said(error: Exception | None) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def _excerpt(exchange: Exchange) -> str:
    plain = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", exchange.text, flags=re.DOTALL | re.IGNORECASE)
    return " ".join(plain.split())[:80] or f"{len(exchange.body):,} bytes"
