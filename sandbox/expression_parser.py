"""Reads the part of Jira's expression language that workflow rules of apps use, into a tree.

The grammar is that of https://developer.atlassian.com/cloud/jira/platform/jira-expressions/ without arrow functions.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

#: Jira refuses longer ones.
LENGTH_LIMIT = 1000
TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)
    | (?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    | (?P<name>[A-Za-z_$][\w$]*)
    | (?P<sign>\?\.(?!\d)|\?\?|==|!=|<=|>=|&&|\|\||[-+*/%!<>?:.,;()\[\]{}=])
    )""",
    re.VERBOSE,
)
RESERVED = frozenset({"let", "typeof", "new", "true", "false", "null"})
CONSTANTS = {"true": True, "false": False, "null": None}
#: Binary operators, those that bind weakest first.
LEVELS = (("??",), ("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))


class ExpressionError(Exception):
    """The expression cannot be read or has no value; a validator that meets it refuses."""


@dataclass(frozen=True)
class Node:
    """One node of the tree: its kind, its operator or name or value, and the nodes below it."""

    kind: str
    value: Any = None
    parts: tuple[Node, ...] = ()


def parse(text: str) -> Node:
    """The tree of *text*: a `program` of `let`s and at last a value."""
    if len(text) > LENGTH_LIMIT:
        raise ExpressionError(f"The expression is longer than {LENGTH_LIMIT} characters.")
    return _Parser(_tokens(text)).program()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"Unexpected {text[position:].strip()[:10]!r} at {position}.")
        found.append((str(match.lastgroup), match.group(str(match.lastgroup))))
        position = match.end()
    return [*found, ("end", "")]


class _Parser:
    """Recursive descent, one method a rule of the grammar."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def program(self) -> Node:
        statements = []
        while self._tokens[self._at][0] != "end":
            statements.append(self._statement())
            if not self._take(";"):
                break
        if self._tokens[self._at][0] != "end" or not statements:
            raise ExpressionError(f"Unexpected {self._tokens[self._at][1] or 'end of the expression'}.")
        return Node("program", parts=tuple(statements))

    def _statement(self) -> Node:
        if not self._take("let"):
            return self._expression()
        name = self._name()
        self._expect("=")
        return Node("let", name, (self._expression(),))

    def _expression(self) -> Node:
        condition = self._binary(0)
        if not self._take("?"):
            return condition
        yes = self._expression()
        self._expect(":")
        return Node("ternary", parts=(condition, yes, self._expression()))

    def _binary(self, level: int) -> Node:
        if level == len(LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while sign := self._take(*LEVELS[level]):
            left = Node("binary", sign, (left, self._binary(level + 1)))
        return left

    def _unary(self) -> Node:
        sign = self._take("!", "-", "typeof")
        return Node("unary", sign, (self._unary(),)) if sign else self._chain()

    def _chain(self) -> Node:
        """A value, followed by any number of `.name`, `?.name`, `[key]` and calls of methods."""
        node = self._primary()
        while sign := self._take(".", "?.", "["):
            if sign == "[":
                node = Node("index", parts=(node, self._expression()))
                self._expect("]")
                continue
            name = self._name()
            kind = "method" if self._take("(") else "member"
            arguments = self._list(")") if kind == "method" else ()
            node = Node(kind, (name, sign == "?."), (node, *arguments))
        return Node("chain", parts=(node,))

    def _primary(self) -> Node:
        kind, text = self._next()
        if kind == "number":
            return Node("literal", float(text) if "." in text else int(text))
        if kind == "string":
            return Node("literal", ast.literal_eval(text))
        if text in CONSTANTS:
            return Node("literal", CONSTANTS[text])
        if text == "new":
            return self._new()
        if kind == "name" and text not in RESERVED:
            return Node("name", text)
        return self._bracketed(text)

    def _new(self) -> Node:
        name = self._name()
        self._expect("(")
        return Node("new", name, self._list(")"))

    def _bracketed(self, text: str) -> Node:
        if text == "[":
            return Node("list", parts=self._list("]"))
        if text != "(":
            raise ExpressionError(f"Unexpected {text or 'end of the expression'}.")
        inner = self._expression()
        self._expect(")")
        return inner

    def _list(self, end: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._take(end):
            if items:
                self._expect(",")
            items.append(self._expression())
        return tuple(items)

    def _name(self) -> str:
        kind, text = self._next()
        if kind != "name":
            raise ExpressionError(f"Expected a name instead of {text or 'the end'}.")
        return text

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _take(self, *signs: str) -> str | None:
        """The next token if it is one of *signs*, which are never the contents of a string."""
        kind, text = self._tokens[self._at]
        if kind not in ("sign", "name") or text not in signs:
            return None
        self._at += 1
        return text

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise ExpressionError(f"Expected {sign} before {self._tokens[self._at][1] or 'the end'}.")
