"""Works out Jira expressions: what an app's validator says about an issue.

Whatever is not understood here is an `ExpressionError`, which refuses the transition: like Jira, it fails closed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox import adf
from sandbox.expression_parser import ExpressionError, Node, parse

__all__ = ["Entity", "ExpressionError", "RichText", "evaluate"]


@dataclass
class RichText:
    """A document, of which an expression sees the words."""

    document: Any

    @property
    def plain_text(self) -> str:
        return adf.plain_text(self.document) if isinstance(self.document, dict) else str(self.document)


@dataclass
class Entity:
    """An `Issue`, `User`, …: a value whose properties are known, so that asking for another one is an error."""

    type: str
    properties: dict[str, Any] = field(default_factory=dict)


def evaluate(text: str, variables: Mapping[str, Any]) -> Any:
    """The value of the expression *text*, in which *variables* are known."""
    program, scope = parse(text), dict(variables)
    value: Any = None
    for statement in program.parts:
        value = _value(statement, scope)
    return value


#: In place of a value: a `?.` further left met null, so the rest of the chain is not looked at.
_SKIPPED = object()


def _value(node: Node, scope: dict[str, Any]) -> Any:
    return EVALUATORS[node.kind](node, scope)


def _let(node: Node, scope: dict[str, Any]) -> None:
    scope[node.value] = _value(node.parts[0], scope)


def _name(node: Node, scope: dict[str, Any]) -> Any:
    if node.value not in scope:
        raise ExpressionError(f"There is no variable {node.value}.")
    return scope[node.value]


def _ternary(node: Node, scope: dict[str, Any]) -> Any:
    condition, yes, no = node.parts
    return _value(yes if _boolean(_value(condition, scope)) else no, scope)


def _unary(node: Node, scope: dict[str, Any]) -> Any:
    value = _value(node.parts[0], scope)
    if node.value == "typeof":
        return type_name(value)
    return not _boolean(value) if node.value == "!" else -_number(value)


def _binary(node: Node, scope: dict[str, Any]) -> Any:
    left = _value(node.parts[0], scope)
    if node.value in ("&&", "||"):
        # The right side is not looked at when the left one decides.
        return _boolean(left) if _boolean(left) == (node.value == "||") else _boolean(_value(node.parts[1], scope))
    if node.value == "??" and left is not None:
        return left
    right = _value(node.parts[1], scope)
    if node.value == "??":
        return right
    if node.value in ("==", "!="):
        return _equal(left, right) == (node.value == "==")
    if node.value == "+" and str in (type(left), type(right)):
        return _string(left) + _string(right)
    return ARITHMETIC[node.value](_number(left), _number(right))


def _divided(left: float, right: float) -> float:
    if right == 0:
        raise ExpressionError("Division by zero.")
    return left / right


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "%": lambda left, right: left - right * int(_divided(left, right)),
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _equal(left: Any, right: Any) -> bool:
    return type_name(left) == type_name(right) and bool(left == right)


def _chain(node: Node, scope: dict[str, Any]) -> Any:
    value = _value(node.parts[0], scope)
    return None if value is _SKIPPED else value


def _member(node: Node, scope: dict[str, Any]) -> Any:
    owner, name = _owner(node, scope), node.value[0]
    return owner if owner is _SKIPPED else _property(owner, name)


def _index(node: Node, scope: dict[str, Any]) -> Any:
    owner = _value(node.parts[0], scope)
    if owner is _SKIPPED:
        return owner
    key = _value(node.parts[1], scope)
    if isinstance(owner, list):
        return _item(owner, key)
    if not isinstance(key, str):
        raise ExpressionError(f"{type_name(key)} cannot be the name of a property.")
    return _property(owner, key)


def _item(items: list[Any], key: Any) -> Any:
    index = _number(key)
    if not isinstance(index, int) or not 0 <= index < len(items):
        raise ExpressionError(f"There is no item {key} in a list of {len(items)}.")
    return items[index]


def _owner(node: Node, scope: dict[str, Any]) -> Any:
    owner = _value(node.parts[0], scope)
    return _SKIPPED if owner is None and node.value[1] else owner


def _property(owner: Any, name: str) -> Any:
    if isinstance(owner, dict):
        return owner.get(name)
    if isinstance(owner, Entity) and name in owner.properties:
        return owner.properties[name]
    if isinstance(owner, str | list) and name == "length":
        return len(owner)
    if isinstance(owner, RichText) and name == "plainText":
        return owner.plain_text
    raise ExpressionError(f"Unrecognized property of {type_name(owner)}: {name}.")


def _method(node: Node, scope: dict[str, Any]) -> Any:
    owner, name = _owner(node, scope), node.value[0]
    if owner is _SKIPPED:
        return owner
    method = METHODS.get((type_name(owner), name))
    if method is None:
        raise ExpressionError(f"Unrecognized method of {type_name(owner)}: {name}.")
    try:
        return method(owner, *(_value(part, scope) for part in node.parts[1:]))
    except (TypeError, ValueError, AttributeError) as reason:
        raise ExpressionError(f"{name}: {reason}") from reason


METHODS: dict[tuple[str, str], Callable[..., Any]] = {
    ("String", "trim"): lambda text: text.strip(),
    ("String", "toLowerCase"): lambda text: text.lower(),
    ("String", "toUpperCase"): lambda text: text.upper(),
    ("String", "includes"): lambda text, part: part in text,
    ("String", "startsWith"): lambda text, start: text.startswith(start),
    ("String", "endsWith"): lambda text, end: text.endswith(end),
    ("String", "indexOf"): lambda text, part: text.find(part),
    ("String", "split"): lambda text, separator: text.split(separator),
    ("List", "includes"): lambda items, item: any(_equal(item, other) for other in items),
    ("List", "join"): lambda items, separator: separator.join(items),
    ("Map", "get"): lambda entries, key: entries.get(key),
}


def _new(node: Node, scope: dict[str, Any]) -> RichText:
    arguments = [_value(part, scope) for part in node.parts]
    if node.value != "RichText" or len(arguments) != 1 or not isinstance(arguments[0], dict):
        raise ExpressionError(f"{node.value} cannot be made of {', '.join(map(type_name, arguments)) or 'nothing'}.")
    if not adf.is_document(arguments[0]):
        raise ExpressionError("RichText can only be made of a document.")
    return RichText(arguments[0])


def type_name(value: Any) -> str:
    """What `typeof` gives."""
    if isinstance(value, Entity):
        return value.type
    names = {type(None): "null", bool: "Boolean", int: "Number", float: "Number", str: "String", list: "List"}
    return (names | {dict: "Map", RichText: "RichText"}).get(type(value), type(value).__name__)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(f"Expected a Boolean instead of {type_name(value)}.")
    return value


def _number(value: Any) -> Any:
    if type_name(value) != "Number":
        raise ExpressionError(f"Expected a Number instead of {type_name(value)}.")
    return value


def _string(value: Any) -> str:
    if type_name(value) not in ("String", "Number"):
        raise ExpressionError(f"{type_name(value)} cannot be added to a String.")
    return str(value)


EVALUATORS: dict[str, Callable[[Node, dict[str, Any]], Any]] = {
    "let": _let,
    "literal": lambda node, scope: node.value,
    "name": _name,
    "list": lambda node, scope: [_value(part, scope) for part in node.parts],
    "ternary": _ternary,
    "unary": _unary,
    "binary": _binary,
    "chain": _chain,
    "member": _member,
    "index": _index,
    "method": _method,
    "new": _new,
}
