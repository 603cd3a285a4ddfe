"""Which combinations of values a sweep leaves out: a text such as ``short < long``, or a function of a row."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from sectorlead.data.errors import InputError, ParameterError
from sectorlead.data.types import Flags
from sectorlead.research.sweep.axes import Axis, full_name

Constraint: TypeAlias = str | Callable[[Mapping[str, Any]], bool]
Positions: TypeAlias = np.ndarray[Any, np.dtype[np.int32]]

_ALLOWED = (
    ast.Expression, ast.Compare, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add,
    ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Name, ast.Load, ast.Constant, ast.Eq, ast.NotEq, ast.Lt,
    ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn, ast.Tuple, ast.List,
)  # fmt: skip


def listed(where: Any) -> tuple[Constraint, ...]:
    """Constraints one by one.

    Parameters
    ----------
    where : str, callable, or sequence of them

    Raises
    ------
    ParameterError
        Something else.
    """
    found = (where,) if isinstance(where, str) or not isinstance(where, Sequence) else tuple(where)
    for constraint in found:
        if not isinstance(constraint, str) and not callable(constraint):
            raise ParameterError(f"where must be a text such as 'short < long', or a function, was {constraint!r}")
    return found


def in_words(constraints: Sequence[Constraint]) -> str:
    """Constraints as reports tell of them; "" for none.

    Parameters
    ----------
    constraints : sequence of str or callable
        A callable is told by its name.
    """
    names = (each if isinstance(each, str) else getattr(each, "__name__", repr(each)) for each in constraints)
    return "; ".join(names)


def kept(constraints: Sequence[Constraint], axes: Sequence[Axis], positions: Positions) -> Flags:
    """Which variants meet all constraints, shape (V,).

    Parameters
    ----------
    constraints : sequence of str or callable
        A text is an expression of the axes' names, compared, added, multiplied, joined by ``and``, ``or``, ``not``. A
        callable is given the values of one variant by name, full and short, and says whether to keep it.
    axes : sequence of Axis
        A of them.
    positions : int32 array of shape (A, V)

    Raises
    ------
    InputError
        An expression that can't be read, or compares what can't be compared.
    """
    keep = np.ones(positions.shape[1], np.bool_)
    for constraint in constraints:
        if isinstance(constraint, str):
            keep &= _by_text(constraint, axes, positions)
        else:
            keep &= _by_call(constraint, axes, positions, keep)
    return keep


def _by_text(text: str, axes: Sequence[Axis], positions: Positions) -> Flags:
    code, used = _compiled(text, [axis.name for axis in axes])
    shape = tuple(len(axes[k].choices) for k in used)
    table = np.empty(shape, np.bool_)
    for places in itertools.product(*map(range, shape)):
        values = {f"v{k}": axes[k].choices[i] for k, i in zip(used, places, strict=True)}
        try:
            table[places] = bool(eval(code, {"__builtins__": {}}, values))
        except (TypeError, ZeroDivisionError) as error:
            told = ", ".join(f"{axes[k].name}={axes[k].choices[i]!r}" for k, i in zip(used, places, strict=True))
            raise InputError(
                f"where {text!r} can't be worked out for {told}: {error}; say what then, as in 'a is None or a > b'"
            ) from None
    return np.asarray(table[tuple(positions[k] for k in used)])


def _compiled(text: str, names: list[str]) -> tuple[Any, list[int]]:
    """Byte code whose variables are ``v`` and the number of an axis, and the axes that it uses."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise InputError(f"where {text!r} is no expression: {error.msg}; write for example short < long") from None
    used: set[int] = set()

    class Named(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
            return self._axis(ast.unparse(node))

        def visit_Name(self, node: ast.Name) -> ast.AST:
            return self._axis(node.id)

        def _axis(self, name: str) -> ast.AST:
            found = names.index(full_name(name, names))
            used.add(found)
            return ast.Name(f"v{found}", ast.Load())

    tree = ast.fix_missing_locations(Named().visit(tree))
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED):
            raise InputError(
                f"where {text!r} holds {type(node).__name__.lower()}; it may compare, add and multiply parameters and "
                "numbers, joined by and, or, not; give a function for more"
            )
    return compile(tree, "where", "eval"), sorted(used)


def _by_call(
    constraint: Callable[[Mapping[str, Any]], bool], axes: Sequence[Axis], positions: Positions, asked: Flags
) -> Flags:
    names = [axis.name for axis in axes]
    tails = [name.rpartition(".")[2] for name in names]
    alone = [tails.count(tail) == 1 and tail not in names for tail in tails]
    own = [[name, tail][: 1 + short] for name, tail, short in zip(names, tails, alone, strict=True)]
    out = np.zeros(positions.shape[1], np.bool_)
    for i in np.flatnonzero(asked).tolist():
        chosen = positions[:, i].tolist()
        row = {key: axis.choices[k] for axis, k, keys in zip(axes, chosen, own, strict=True) for key in keys}
        try:
            out[i] = bool(constraint(row))
        except KeyError as error:
            if error.args and error.args[0] in row:
                raise
            raise InputError(f"where asked for {error}; it is given {', '.join(row)}") from None
    return out
