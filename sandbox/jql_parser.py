"""Reads JQL: clauses `field operator value` joined by AND, OR and NOT, and ORDER BY."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.refusals import JiraError

TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<field>cf\[\d+\])
    | (?P<sign><=|>=|!=|!~|[=<>~(),])
    | (?P<word>[^\s"'=<>~!(),\[\]]+)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
KEYWORDS = frozenset({"and", "or", "not", "in", "is", "empty", "null", "order", "by", "asc", "desc", "was", "changed"})


@dataclass(frozen=True)
class Value:
    """What a field is compared with; `quoted` tells `"EMPTY"` from `EMPTY`."""

    text: str
    quoted: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.quoted and self.text.lower() in ("empty", "null")


@dataclass(frozen=True)
class Clause:
    """One comparison."""

    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Group:
    """Clauses and groups that are joined: by `and`, `or`, or one of them denied by `not`."""

    kind: str
    parts: tuple[Clause | Group, ...]


@dataclass(frozen=True)
class Query:
    """A whole query: what is asked for (None: everything), and in which order (field, descending)."""

    where: Clause | Group | None
    order: tuple[tuple[str, bool], ...]


def read(text: str) -> Query:
    """The query *text*; raises `JiraError` as Jira would answer."""
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            raise _error(f"Unexpected character in '{text[position:].strip()[:20]}'.")
        kind = str(match.lastgroup)
        found.append((kind, match.group(kind)))
        position = match.end()
    return [*found, ("end", "")]


def _error(text: str) -> JiraError:
    return JiraError(400, f"Error in the JQL Query: {text}")


class _Parser:
    """Recursive descent, one method a rule of the grammar."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def query(self) -> Query:
        where = None if self._peek() in ("", "order") else self._joined("or")
        order: list[tuple[str, bool]] = []
        if self._take("order"):
            self._expect("by")
            order.append(self._order())
            while self._take(","):
                order.append(self._order())
        if self._tokens[self._at][0] != "end":
            raise _error(f"Expecting either 'OR' or 'AND' but got '{self._tokens[self._at][1]}'.")
        return Query(where, tuple(order))

    def _order(self) -> tuple[str, bool]:
        field = self._operand("a field name").text
        direction = self._take("asc", "desc")
        return field, direction == "desc"

    def _joined(self, word: str) -> Clause | Group:
        """Parts joined by OR, whose parts are joined by AND, which binds closer."""
        parts = [self._joined("and") if word == "or" else self._part()]
        while self._take(word):
            parts.append(self._joined("and") if word == "or" else self._part())
        return Group(word, tuple(parts)) if len(parts) > 1 else parts[0]

    def _part(self) -> Clause | Group:
        if self._take("not"):
            return Group("not", (self._part(),))
        if not self._take("("):
            return self._clause()
        inner = self._joined("or")
        self._expect(")")
        return inner

    def _clause(self) -> Clause:
        field = self._operand("a field name").text
        operator = self._operator()
        values = self._list() if operator in ("in", "not in") else (self._operand("a value", empty=True),)
        if operator in ("is", "is not") and not values[0].is_empty:
            raise _error(f"The operator '{operator}' can only be used with EMPTY.")
        return Clause(field, operator, values)

    def _operator(self) -> str:
        if sign := self._take("=", "!=", "<", "<=", ">", ">=", "~", "!~", "in"):
            return sign
        if self._take("is"):
            return "is not" if self._take("not") else "is"
        if self._take("not"):
            self._expect("in")
            return "not in"
        got = self._tokens[self._at][1]
        raise _error(
            "Expecting operator but got "
            f"'{got or 'end of the query'}'. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', "
            "'IN', 'NOT IN', 'IS' and 'IS NOT'."
        )

    def _list(self) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._operand("a value", empty=True)]
        while self._take(","):
            values.append(self._operand("a value", empty=True))
        self._expect(")")
        return tuple(values)

    def _operand(self, what: str, empty: bool = False) -> Value:
        """A field name or a value; a function keeps its brackets: `now()`."""
        kind, text = self._tokens[self._at]
        reserved = kind == "word" and text.lower() in KEYWORDS and not (empty and text.lower() in ("empty", "null"))
        if kind in ("sign", "end") or reserved:
            raise _error(f"Expecting {what} but got '{text or 'end of the query'}'.")
        self._at += 1
        if kind == "string":
            return Value(re.sub(r"\\(.)", r"\1", text[1:-1]), quoted=True)
        if kind == "word" and self._take("("):
            self._expect(")")
            return Value(f"{text}()")
        return Value(text)

    def _peek(self) -> str:
        return self._tokens[self._at][1].lower()

    def _take(self, *words: str) -> str | None:
        kind, text = self._tokens[self._at]
        if kind not in ("sign", "word") or text.lower() not in words:
            return None
        self._at += 1
        return text.lower()

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise _error(f"Expecting '{word}' but got '{self._tokens[self._at][1] or 'end of the query'}'.")
