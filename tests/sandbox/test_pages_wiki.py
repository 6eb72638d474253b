"""Confluence's pages: a page as it looks, its history, and writing it while an app writes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from page_client import Browser, part, texts, value_of
from wiki_client import LEAD, Wiki, restrict

from sandbox.server import Sandbox
from sandbox.ui_diff import compared, merged
from sandbox.ui_markdown_storage import storage_of
from sandbox.ui_source import compact, readable

SPACE = "/wiki/spaces/OPSTEAM"
HOME = SPACE + "/pages/65538"
TABLE = "<table><tbody><tr><th><p>Ticket</p></th><th><p>Notes</p></th></tr>{}</tbody></table>"
ROW = "<tr><td><p>{}</p></td><td><p>{}</p></td></tr>"


def test_a_page_of_the_wiki_is_shown_without_what_could_act(browser: Browser, sandbox: Sandbox) -> None:
    storage = (
        '<h2 style="x">Log</h2><table><tbody><tr><td colspan="2"><p>one<br/>two</p></td></tr></tbody></table>'
        '<p><a href="javascript:alert(1)">bad</a> <a href="/browse/OPS-1">OPS-1</a></p><iframe src="x">in</iframe>'
        '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>mind</p></ac:rich-text-body></ac:structured-macro>'
        '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body>'
        "</ac:structured-macro>"
    )
    sandbox.world.confluence.pages["65538"].body = storage
    page = part(browser.get(HOME), "body")
    assert '<td colspan="2"><p>one<br>two</p></td>' in page
    assert '<div class="panel info"><p>mind</p></div>' in page
    assert '<pre class="code" data-language="">a &lt; b</pre>' in page
    assert '<a href="/browse/OPS-1">OPS-1</a>' in page
    assert "javascript" not in page
    assert "<iframe" not in page


LOOKS = {
    "status": (
        '<p><ac:structured-macro ac:name="status"><ac:parameter ac:name="title">DONE</ac:parameter>'
        '<ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro></p>',
        '<p><span class="lozenge green">DONE</span></p>',
    ),
    "expand": (
        '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">Log</ac:parameter>'
        "<ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>",
        "<details><summary>Log</summary><p>x</p></details>",
    ),
    "columns without a width": (
        "<table><colgroup><col /></colgroup><tbody><tr><td>a</td></tr></tbody></table>",
        "<table><tbody>",
    ),
    "date": ('<p><time datetime="2026-09-27" /></p>', '<p><time datetime="2026-09-27">27 Sep 2026</time></p>'),
    "code": (
        '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">py</ac:parameter>'
        "<ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body></ac:structured-macro>",
        '<pre class="code" data-language="py">a &lt; b</pre>',
    ),
    "code with a title": (
        '<ac:structured-macro ac:name="code"><ac:parameter ac:name="title">seats.py</ac:parameter>'
        "<ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>",
        '<div><p class="code-title">seats.py</p><pre class="code" data-language="">x</pre></div>',
    ),
    "folded code": (
        '<ac:structured-macro ac:name="code"><ac:parameter ac:name="collapse">true</ac:parameter>'
        "<ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>",
        '<details><summary>Show code</summary><pre class="code" data-language="">x</pre></details>',
    ),
    "warning": (
        '<ac:structured-macro ac:name="warning"><ac:parameter ac:name="title">Mind</ac:parameter>'
        "<ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>",
        '<div class="panel error"><p><strong>Mind</strong></p><p>x</p></div>',
    ),
    "panel of one's own": (
        '<ac:structured-macro ac:name="panel"><ac:parameter ac:name="panelIconText">🚀</ac:parameter>'
        "<ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>",
        '<div class="panel note"><p><strong>🚀</strong></p><p>x</p></div>',
    ),
    "panel of the editor": (
        '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute>'
        "<ac:adf-content><p>x</p></ac:adf-content></ac:adf-node></ac:adf-extension>",
        '<div class="panel note"><p>x</p></div>',
    ),
    "subtle status": (
        '<p><ac:structured-macro ac:name="status"><ac:parameter ac:name="title">NEW</ac:parameter>'
        '<ac:parameter ac:name="subtle">true</ac:parameter></ac:structured-macro></p>',
        '<span class="lozenge subtle">NEW</span>',
    ),
    "wide table": (
        '<table data-layout="wide"><tbody><tr><td>x</td></tr></tbody></table>',
        '<div class="table wide"><table><tbody><tr><td>x</td>',
    ),
    "columns of a table": (
        '<table data-layout="full-width" data-table-width="400"><colgroup><col style="width: 100.0px;" />'
        '<col style="width: 300.0px;" /></colgroup><tbody><tr><td>x</td><td>y</td></tr></tbody></table>',
        '<div class="table full"><table><colgroup><col width="25.0%"><col width="75.0%"></colgroup><tbody>',
    ),
    "no page below": ('<ac:structured-macro ac:name="children" />', "There are no pages below this one."),
    "coloured cell": (
        '<table><tbody><tr><td data-highlight-colour="#ffebe6">x</td></tr></tbody></table>',
        '<td class="h-red">x</td>',
    ),
    "link to a page": (
        '<p><ac:link><ri:page ri:content-title="Operations Team" /><ac:link-body>home</ac:link-body></ac:link></p>',
        f'<a href="{HOME}">home</a>',
    ),
    "task": (
        "<ac:task-list><ac:task><ac:task-status>complete</ac:task-status><ac:task-body>do it</ac:task-body></ac:task>"
        "</ac:task-list>",
        '<ul><li class="task">☑ do it</li></ul>',
    ),
    "columns": (
        '<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><p>a</p></ac:layout-cell>'
        "<ac:layout-cell><p>b</p></ac:layout-cell></ac:layout-section></ac:layout>",
        '<div class="layout"><div><p>a</p></div><div><p>b</p></div></div>',
    ),
    "commented": (
        '<p>a <ac:inline-comment-marker ac:ref="1">b</ac:inline-comment-marker></p>',
        "<p>a <mark>b</mark></p>",
    ),
}


@pytest.mark.parametrize(("storage", "shown"), LOOKS.values(), ids=LOOKS.keys())
def test_a_page_looks_as_in_confluence(browser: Browser, sandbox: Sandbox, storage: str, shown: str) -> None:
    sandbox.world.confluence.pages["65538"].body = storage
    assert shown in part(browser.get(HOME), "body")


SOURCES = [
    TABLE.format(ROW.format("OPS-1", "Restarted <strong>it</strong>.<br />Twice.")),
    "<p>a</p><ul><li>one</li><li><p>two</p><ul><li>deep</li></ul></li></ul>text<p>b</p>",
    '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">py</ac:parameter>'
    "<ac:plain-text-body><![CDATA[if a:\n    b]]></ac:plain-text-body></ac:structured-macro>",
    '<p>Now <ac:structured-macro ac:name="status"><ac:parameter ac:name="title">DONE</ac:parameter>'
    "</ac:structured-macro> at last</p>",
    "<p>two  blanks and&nbsp;one</p>",
]


@pytest.mark.parametrize("storage", SOURCES)
def test_what_is_laid_out_for_eyes_is_the_same_page(sandbox: Sandbox, wiki: Wiki, storage: str) -> None:
    kept = wiki.storage(wiki.a_page(storage))
    assert compact(readable(kept)) == kept


def test_each_block_stands_on_a_line_of_its_own() -> None:
    assert readable("<ul><li>one</li><li>two</li></ul><p>x</p>").split("\n") == [
        "<ul>", "  <li>one</li>", "  <li>two</li>", "</ul>", "<p>x</p>"]  # fmt: skip


def test_a_comparison_marks_the_words_that_differ() -> None:
    lines = [f"{sign}{line}" for sign, line in compared("a\nb\nc\nthe old word\ne", "a\nb\nc\nthe new word\ne")]
    assert lines == ["…", "=b", "=c", "-the <del>old</del> word", "+the <ins>new</ins> word", "=e"]


MERGES = {
    "different lines": ("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD", "A\nb\nc\nD"),
    "the same change": ("a\nb\nc", "a\nX\nc", "a\nX\nc", "a\nX\nc"),
    "a line more and a line less": ("a\nb\nc\nd", "0\na\nb\nc\nd", "a\nb\nc", "0\na\nb\nc"),
    "the same line": ("a\nb\nc", "a\nX\nc", "a\nY\nc", None),
    "two lines at one place": ("a\nb", "a\nX\nb", "a\nY\nb", None),
    "a line within what is gone": ("a\nb\nc\nd", "a\nd", "a\nb\nX\nc\nd", None),
}


@pytest.mark.parametrize(("base", "mine", "theirs", "both"), MERGES.values(), ids=MERGES.keys())
def test_two_changes_are_put_together(base: str, mine: str, theirs: str, both: str | None) -> None:
    assert merged(base, mine, theirs) == both
    assert merged(base, theirs, mine) == both


def test_a_page_is_edited(browser: Browser, wiki: Wiki) -> None:
    form = editing(browser)
    page = browser.post(HOME + "/edit", **form | {"body": form["body"] + "\n<p>More.</p>", "message": "one more"})
    assert "Version 2 by Riley Reporter" in texts(page)
    assert "one more" in texts(page)
    assert wiki.storage("65538") == "<p>The pages of the operations team.</p><p>More.</p>"


def editing(browser: Browser, page: str = HOME) -> dict[str, Any]:
    """What the editor of *page* holds."""
    shown = browser.get(page + "/edit")
    version = shown.split('name="version" value="')[1].split('"')[0]
    title = shown.split('id="title" name="title" value="')[1].split('"')[0]
    return {"title": title, "version": version, "body": value_of(shown, "source")}


def test_who_writes_while_the_app_writes_is_told_what_changed(browser: Browser, wiki: Wiki) -> None:
    id_ = wiki.a_page("<p>Intro.</p>" + TABLE.format(ROW.format("OPS-1", "old")))
    address = f"{SPACE}/pages/{id_}"
    form = editing(browser, address)
    by_app = TABLE.format(ROW.format("OPS-2", "new row") + ROW.format("OPS-1", "old"))
    wiki.as_(LEAD).update(id_, 2, "<p>Intro.</p>" + by_app).raise_for_status()

    mine = form | {"body": form["body"].replace("Intro.", "Read this first.")}
    page = browser.refused(address + "/edit", 409, **mine)

    assert "Lee Lead published version 2 while you were writing." in texts(page)
    assert "OPS-2" in texts(part(page, "main").split("What changed meanwhile")[1].split("Title")[0])
    both = value_of(page, "source")
    assert "Read this first." in both
    assert "new row" in both, "the two changes do not touch each other"
    browser.post(address + "/edit", **mine | {"version": "2", "body": both})
    assert "Read this first." in wiki.storage(id_)
    assert "new row" in wiki.storage(id_)


def test_two_changes_of_one_line_are_left_to_the_person(browser: Browser, wiki: Wiki) -> None:
    id_ = wiki.a_page("<p>Intro.</p>")
    address = f"{SPACE}/pages/{id_}"
    mine = editing(browser, address) | {"body": "<p>Mine.</p>"}
    wiki.as_(LEAD).update(id_, 2, "<p>Theirs.</p>").raise_for_status()
    page = browser.refused(address + "/edit", 409, **mine)
    assert "You both changed the same lines." in texts(page)
    assert value_of(page, "source") == "<p>Mine.</p>"
    assert "Theirs" in texts(page)


@pytest.mark.parametrize(
    ("change", "told"),
    [({"body": "<p>not closed"}, "This is not well-formed"), ({"title": " "}, "Title must have 1 to 255 characters")],
)
def test_what_confluence_does_not_take_is_told_and_kept(browser: Browser, change: dict[str, str], told: str) -> None:
    form = editing(browser) | change
    page = browser.refused(HOME + "/edit", 400, **form)
    assert told in texts(page)
    assert value_of(page, "source") == form["body"]


def test_a_page_is_written_in_markdown(browser: Browser, wiki: Wiki) -> None:
    text = "# Rules\n\n- [x] read\n- [ ] act\n\n```sh\na && b\n```"
    page = browser.post(SPACE + "/new", title="How we work", text=text)
    assert "Version 1 by Riley Reporter" in texts(page)
    assert '<li class="task">☑ read</li>' in page
    assert '<pre class="code" data-language="sh">a &amp;&amp; b</pre>' in page
    assert "already exists" in texts(browser.refused(SPACE + "/new", 400, title="how WE work", text=text))


def test_markdown_becomes_storage_that_confluence_takes(wiki: Wiki) -> None:
    text = "> q\n\n1. a\n\n| a | b |\n| --- | --- |\n| 1 | [x](https://e.example/?a=1&b=2) |\n\n---\n\n```\n]]>\n```"
    assert "]]&gt;" not in wiki.storage(wiki.a_page(storage_of(text)))
    assert storage_of("") == ""


def test_lines_are_added_at_both_ends(browser: Browser, wiki: Wiki) -> None:
    browser.post(HOME + "/add", text="Read *this*", where="top")
    browser.post(HOME + "/add", text="The end", where="end")
    assert wiki.storage("65538") == ("<p>Read <em>this</em></p><p>The pages of the operations team.</p><p>The end</p>")


def test_the_history_shows_each_version_and_what_changed(browser: Browser, wiki: Wiki) -> None:
    id_ = wiki.a_page(TABLE.format(ROW.format("OPS-1", "old words")))
    wiki.update(id_, 2, TABLE.format(ROW.format("OPS-1", "new words"))).raise_for_status()
    wiki.update(id_, 3, "<p>gone</p>").raise_for_status()
    address = f"{SPACE}/pages/{id_}/history"
    assert "Version 3 Riley Reporter" in texts(browser.get(address))
    second = browser.get(address + "?to=2")
    assert "<del>old</del> words" in second
    assert "<ins>new</ins> words" in second
    assert "gone" in texts(browser.get(address + "?from=1&to=3").split('class="diff"')[1])
    old = browser.get(address + "/1")
    assert "old words" in texts(old)
    assert "The page is now at version 3." in texts(old)
    assert re.search(r"\d{4}-\d\d-\d\d", second) is None, "dates are told alike"
    browser.get(address + "/9", 404)


def test_the_tree_shows_pages_below_their_parents(browser: Browser, wiki: Wiki) -> None:
    parent = wiki.a_page()
    wiki.create("A child", parentId=parent).raise_for_status()
    tree = part(browser.get(HOME), "tree")
    assert tree.index("Operations Team") < tree.index("Ops Exception Log") < tree.index("A child")
    assert tree.count("<ul>") >= 2


CHILDREN = '<ac:structured-macro ac:name="children">{}</ac:structured-macro>'
PARAMETER = '<ac:parameter ac:name="{}">{}</ac:parameter>'


def a_log(wiki: Wiki, macro: str = "") -> str:
    """A log with *macro* on it, a year below, and ten archives below that."""
    log = wiki.create("Log", CHILDREN.format(macro)).json()["id"]
    year = wiki.create("2026", parentId=log).json()["id"]
    for number in range(1, 11):
        wiki.create(f"Archive {number:02}", parentId=year)
    return str(log)


@pytest.mark.parametrize(
    ("macro", "listed"),
    [
        ("", "2026"),
        (PARAMETER.format("depth", "1"), "2026"),
        (PARAMETER.format("depth", "2"), "2026 Archive 01 Archive 02"),
        (PARAMETER.format("all", "true"), "2026 Archive 01 Archive 02"),
        (PARAMETER.format("all", "true") + PARAMETER.format("reverse", "true"), "2026 Archive 10 Archive 09"),
        (PARAMETER.format("all", "true") + PARAMETER.format("sort", "title"), "2026 Archive 01"),
    ],
)
def test_a_page_lists_those_below_it(browser: Browser, wiki: Wiki, macro: str, listed: str) -> None:
    body = part(browser.get(f"{SPACE}/pages/{a_log(wiki, macro)}"), "body").split("<hr>")[0]
    assert texts(body).startswith(listed)
    assert ("Archive" in body) == ("Archive" in listed)
    assert body.count('<ul class="children">') == (2 if "Archive" in listed else 1)


def test_a_page_does_not_list_what_its_reader_may_not_see(browser: Browser, wiki: Wiki) -> None:
    log = a_log(wiki, PARAMETER.format("all", "true"))
    wiki.do("restrict", page="2026", operation="read", users=[LEAD])
    assert "There are no pages below this one." in texts(browser.get(f"{SPACE}/pages/{log}"))
    browser.become(LEAD)
    assert "Archive 10" in part(browser.get(f"{SPACE}/pages/{log}"), "body")


def test_a_long_branch_of_the_tree_is_open_on_the_way_to_the_page(browser: Browser, wiki: Wiki) -> None:
    log = a_log(wiki)
    away, here = (part(browser.get(address), "tree").split("</nav>")[0] for address in (HOME, f"{SPACE}/pages/{log}"))
    assert "<summary>10 pages</summary>" in away
    assert "<summary>10 pages</summary>" in here
    (year,) = (p.id for p in wiki.sandbox.world.confluence.pages.values() if p.title == "2026")
    there = part(browser.get(f"{SPACE}/pages/{year}"), "tree").split("</nav>")[0]
    assert "<summary>" not in there
    assert there.index("2026") < there.index("Archive 01") < there.index("Archive 10")


def test_a_page_has_a_column_of_760_pixels_unless_it_is_full_width(browser: Browser, wiki: Wiki) -> None:
    page = wiki.a_page()
    assert '<article class="wiki fixed">' in browser.get(f"{SPACE}/pages/{page}")
    wiki("POST", f"pages/{page}/properties", {"key": "content-appearance-published", "value": "full-width"})
    assert '<article class="wiki full">' in browser.get(f"{SPACE}/pages/{page}")


def test_what_one_may_not_see_is_not_there(browser: Browser, wiki: Wiki) -> None:
    id_ = wiki.a_page()
    restrict(wiki, id_, "update", LEAD).raise_for_status()
    assert "/edit" not in part(browser.get(f"{SPACE}/pages/{id_}"), "page-title")
    browser.get(f"{SPACE}/pages/{id_}/edit", 404)
    restrict(wiki.as_(LEAD), id_, "read", LEAD).raise_for_status()
    browser.get(f"{SPACE}/pages/{id_}", 404)
    assert "Ops Exception Log" not in browser.get(SPACE)


def test_a_passage_is_commented(browser: Browser, wiki: Wiki) -> None:
    page = browser.post(HOME + "/comment", passage="operations team")
    assert "<mark>operations team</mark>" in page
    assert "Riley Reporter on “operations team”" in texts(page)
    assert "does not stand on the page" in browser.refused(HOME + "/comment", 400, passage="nowhere")


def test_a_page_is_put_in_the_trash_and_brought_back(browser: Browser, wiki: Wiki) -> None:
    id_ = wiki.a_page()
    space = browser.post(f"{SPACE}/pages/{id_}/trash")
    assert wiki("GET", f"pages/{id_}").status_code == 404
    assert "Ops Exception Log" in texts(space.split("Trash")[1])
    browser.get(f"{SPACE}/pages/{id_}", 404)
    assert "Version 1" in texts(browser.post(f"{SPACE}/pages/{id_}/restore"))
    assert wiki("GET", f"pages/{id_}").status_code == 200


def test_an_archived_page_is_read_and_not_changed(browser: Browser, wiki: Wiki) -> None:
    id_ = wiki.a_page("<p>x</p>")
    assert "Ops Exception Log" in texts(browser.post(f"{SPACE}/pages/{id_}/archive").split("Archived")[1])
    shown = browser.get(f"{SPACE}/pages/{id_}")
    assert "This page is archived" in texts(shown)
    assert f"{id_}/edit" not in shown
    browser.get(f"{SPACE}/pages/{id_}/edit", 404)
    assert "Not done: the page is archived." in texts(browser.refused(f"{SPACE}/pages/{id_}/archive", 400))
    assert "archived" not in texts(part(browser.post(f"{SPACE}/pages/{id_}/restore"), "page-title"))


def test_a_page_is_moved_below_another(browser: Browser, wiki: Wiki) -> None:
    id_, other = wiki.a_page(), wiki.create("Year").json()["id"]
    browser.post(f"{SPACE}/pages/{id_}/move", parent="year")
    assert wiki("GET", f"pages/{id_}").json()["parentId"] == other
    refused = texts(browser.refused(f"{SPACE}/pages/{other}/move", 400, parent="Ops Exception Log"))
    assert "Not moved: a page cannot be moved below itself." in refused
    assert "there is no page 'Nowhere' here" in texts(
        browser.refused(f"{SPACE}/pages/{id_}/move", 400, parent="Nowhere")
    )


def test_a_page_is_kept_for_oneself(browser: Browser, wiki: Wiki) -> None:
    id_ = wiki.a_page()
    assert "restricted" in texts(browser.post(f"{SPACE}/pages/{id_}/restrict", only="update"))
    assert wiki.as_(LEAD).update(id_, 2).status_code == 404
    browser.become(LEAD)
    browser.refused(f"{SPACE}/pages/{id_}/restrict", 404)
    browser.become(wiki.by)
    assert "restricted" not in texts(browser.post(f"{SPACE}/pages/{id_}/restrict"))
    assert wiki.as_(LEAD).update(id_, 2).status_code == 200


def test_a_row_that_shows_what_stands_elsewhere_is_drawn_anew(browser: Browser, wiki: Wiki) -> None:
    """Rows are remembered from look to look; a person's name is not of the row."""
    link = '<ac:link><ri:user ri:account-id="{}" /></ac:link>'
    person = next(iter(wiki.sandbox.world.people.values()))
    id_ = wiki.a_page(TABLE.format(f"<tr><td><p>{link.format(person.account_id)}</p></td></tr>"))
    assert f"@{person.name}" in texts(browser.get(f"{SPACE}/pages/{id_}"))
    person.name = "Somebody Else"
    assert "@Somebody Else" in texts(browser.get(f"{SPACE}/pages/{id_}"))
