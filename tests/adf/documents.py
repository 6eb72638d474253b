"""Documents for hypothesis: such as Jira keeps, and any JSON at all."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

Json = Any
#: A rule is checked without waiting for it; `--hypothesis-seed` and more examples are for whoever looks for more.
quick = settings(max_examples=25, deadline=None)

#: Letters of several scripts, blanks, markup, characters that XML cannot carry, halves of a pair.
WORDS = st.text(st.sampled_from("ab Zß漢😀\u202e\u200b\t\x00\x1f\ufffe\ud800<>&\"'{}]|"), max_size=12)
PLAIN_WORDS = st.text("abc XYZ 123", min_size=1, max_size=8)

MARKS = st.lists(
    st.one_of(
        st.sampled_from([{"type": "strong"}, {"type": "em"}, {"type": "underline"}, {"type": "code"}]),
        st.builds(
            lambda url: {"type": "link", "attrs": {"href": url}}, st.sampled_from(["https://a.example/?b=1&c=2"])
        ),
    ),
    max_size=2,
    unique_by=lambda mark: mark["type"],
)


def _run(words: str, marks: list[Json]) -> Json:
    return {"type": "text", "text": words, **({"marks": marks} if marks else {})}


RUNS = st.builds(_run, PLAIN_WORDS, MARKS)
INLINE = st.lists(st.one_of(RUNS, st.just({"type": "hardBreak"})), max_size=3)


def _block(kind: str) -> Any:
    return lambda content: {"type": kind, "content": content}


PARAGRAPHS = st.builds(_block("paragraph"), INLINE)
PICTURES = st.builds(
    lambda name: {
        "type": "mediaSingle",
        "attrs": {"layout": "center"},
        "content": [{"type": "media", "attrs": {"type": "file", "id": f"id-{name}", "collection": "", "alt": name}}],
    },
    st.sampled_from(["one.png", "two.png"]),
)


def _lists(children: Any) -> Any:
    items = st.lists(st.builds(_block("listItem"), st.lists(children, min_size=1, max_size=2)), min_size=1, max_size=2)
    return st.builds(_block("bulletList"), items)


LEAVES = st.one_of(PARAGRAPHS, PICTURES)
BLOCKS = st.one_of(LEAVES, _lists(st.one_of(LEAVES, _lists(LEAVES))))
#: What Jira could keep, in short.
DOCUMENTS = st.builds(lambda content: {"type": "doc", "version": 1, "content": content}, st.lists(BLOCKS, max_size=3))
#: The same with something to read in it.
TEXTS = st.builds(
    lambda words: {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [_run(words, [])]}]},
    st.text("abcdef", min_size=1, max_size=6),
)

_KINDS = ["doc", "paragraph", "text", "heading", "codeBlock", "panel", "blockquote", "expand", "rule", "hardBreak"]
_KINDS += ["bulletList", "orderedList", "listItem", "taskList", "taskItem", "blockTaskItem", "decisionList"]
_KINDS += ["table", "tableRow", "tableCell", "tableHeader", "mention", "emoji", "date", "status", "placeholder"]
_KINDS += ["inlineCard", "blockCard", "media", "mediaSingle", "mediaGroup", "mediaInline", "caption"]
_KINDS += ["extension", "inlineExtension", "layoutColumn", "madeUp"]
_MARK_KINDS = ["strong", "em", "code", "link", "subsup", "textColor", "backgroundColor", "alignment", "indentation"]
_NAMES = ["text", "url", "alt", "id", "timestamp", "shortName", "order", "level", "language", "title", "data"]
_NAMES += ["href", "color", "align", "state", "panelType", "panelColor", "type", "extensionKey", "datasource"]
#: What such an attribute may say, beside anything.
_VALUES = st.sampled_from(
    ["java\tscript:x", "https://a.example/<&>", "/x", "#ffebe6", "center", "sup", "DONE", "custom", "1f525", "python"]
)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), WORDS)


def _any_nodes(children: Any) -> Any:
    """Nodes with known names and anything in their places: the nearest that a stranger's JSON comes to a document."""
    anything = st.one_of(_SCALARS, st.lists(children, max_size=3), children)
    attrs = st.dictionaries(st.sampled_from(_NAMES), st.one_of(_VALUES, anything), max_size=3)
    marks = st.fixed_dictionaries({"type": st.sampled_from(_MARK_KINDS)}, optional={"attrs": attrs})
    return st.fixed_dictionaries(
        {"type": st.one_of(st.sampled_from(_KINDS), _SCALARS, st.lists(_SCALARS, max_size=1))},
        optional={
            "content": anything,
            "text": st.one_of(WORDS, anything),
            "attrs": st.one_of(attrs, anything),
            "marks": st.one_of(st.lists(marks | children, max_size=3), anything),
        },
    )


#: Any JSON, mostly in the shape of a document.
ANYTHING = st.recursive(
    _SCALARS, lambda children: st.one_of(_any_nodes(children), st.lists(children, max_size=3)), max_leaves=12
)
