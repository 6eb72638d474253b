"""All markup of a cell stands in one template, and what is cut out of it is what it says."""

from __future__ import annotations

import ast
import re
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from app.adf.storage_markup import cdata, escaped, legal, pieces

ROOT = Path(__file__).resolve().parents[2]
_environment = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
MACROS = vars(_environment.get_template("confluence/macros.xml.j2").module)
# In an order of our own: the template keeps its macros in none, and each process of a run must see the same tests.
NAMES = sorted(name for name, each in MACROS.items() if hasattr(each, "arguments"))
# Slack's own escapes are read in mrkdwn.py, and nothing is written there.
RULES = [path for path in sorted((ROOT / "app/adf").glob("*.py")) if path.stem != "mrkdwn"]
RULES += [ROOT / "app/publishing/cell.py"]


@pytest.mark.parametrize("name", NAMES)
def test_pieces_with_words_in_between_are_what_the_template_renders(name: str) -> None:
    values = [f"word {number}" for number in range(len(MACROS[name].arguments))]

    assert "".join(chain(*zip_longest(pieces(name), values, fillvalue=""))) == MACROS[name](*values)


@pytest.mark.parametrize("rule", [path for path in RULES if path.is_file()], ids=lambda path: path.stem)
def test_no_markup_stands_in_the_code(rule: Path) -> None:
    """Where it does, somebody puts words into it by hand one day. The end of CDATA is what is looked for."""
    tree = ast.parse(rule.read_text())
    literals = [each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)]

    markup = [each for each in literals if re.search(r"</?[a-z]|&\w+;|\]\]>", each)]
    assert set(markup) - set(docstrings(tree)) <= {"]]>"}


def docstrings(tree: ast.Module) -> list[Any]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return [ast.get_docstring(each, clean=False) for each in ast.walk(tree) if isinstance(each, documented)]


def test_words_cannot_leave_their_hole() -> None:
    assert escaped("<a href=\"x\" id='y'>&amp;") == "&lt;a href=&quot;x&quot; id=&#x27;y&#x27;&gt;&amp;amp;"
    assert cdata("]]>") == "]]]]><![CDATA[>"


def test_what_xml_cannot_carry_is_shown_as_lost() -> None:
    lost = [*(chr(code) for code in range(0x20) if chr(code) not in "\t\n\r"), "\ufffe", "\uffff", "\ud800", "\udfff"]
    kept = "a\t\n\r\x7f\x85\ud7ff\ue000\ufffd🔥"

    assert [each for each in lost if legal(f"a{each}🔥") != "a\ufffd🔥"] == []
    assert legal(kept) == kept
