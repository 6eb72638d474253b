"""Confluence's pages refuse what a site refuses, and come back as a site gives them."""

from __future__ import annotations

from typing import Any

import pytest
from web import web
from wiki_client import SPACE, Wiki, title_of

from sandbox.confluence_storage import IllFormed, kept
from tests.specs import CORPORA

PUBLISHED = CORPORA / "pairs" / "md2conf-markdown-storage" / "target"


def test_nobody_is_401(wiki: Wiki) -> None:
    assert web.get(wiki.url + "/wiki/api/v2/spaces").status_code == 401


def test_a_space_is_found_by_its_key(wiki: Wiki) -> None:
    (space,) = wiki("GET", "spaces", keys="OPSTEAM").json()["results"]
    assert (space["id"], space["name"]) == (SPACE, "Operations Team")
    assert wiki("GET", f"pages/{space['homepageId']}").status_code == 200


def test_a_page_comes_without_body_unless_its_format_is_named(wiki: Wiki) -> None:
    page = wiki.a_page("<p>words</p>")
    assert wiki("GET", f"pages/{page}").json()["body"] == {}
    assert wiki.storage(page) == "<p>words</p>"


def test_a_page_is_found_by_exact_title_whatever_its_case(wiki: Wiki) -> None:
    page = wiki.a_page()
    for title, found in (("OPS exception LOG", [page]), ("Ops Exception", [])):
        results = wiki("GET", "pages", **{"space-id": SPACE, "title": title}).json()["results"]
        assert [r["id"] for r in results] == found


@pytest.mark.parametrize("number", [1, 3, None], ids=["the current one", "one too many", "none"])
def test_an_update_must_carry_the_next_version(wiki: Wiki, number: Any) -> None:
    page = wiki.a_page()
    answer = wiki.update(page, number)
    assert (answer.status_code, "Current Version: [1]" in title_of(answer)) == (409, True)
    assert wiki.storage(page) == "<p>x</p>"


def test_an_update_keeps_what_was_before(wiki: Wiki) -> None:
    page = wiki.a_page()
    assert wiki.update(page, 2).json()["version"]["number"] == 2
    assert (wiki.storage(page), wiki.storage(page, version=1)) == ("<p>y</p>", "<p>x</p>")
    versions = wiki("GET", f"pages/{page}/versions").json()["results"]
    assert [(v["number"], v["message"]) for v in versions] == [(2, "one row more"), (1, "")]


@pytest.mark.parametrize("missing", ["id", "status", "title", "body", "version"])
def test_an_update_says_everything_each_time(wiki: Wiki, missing: str) -> None:
    answer = wiki.update(wiki.a_page(), 2, **{missing: None})
    assert (answer.status_code, missing in title_of(answer)) == (400, True)


def test_a_title_stands_once_in_a_space(wiki: Wiki) -> None:
    page = wiki.a_page()
    assert "A page with this title already exists" in title_of(wiki.create("ops exception LOG"))
    wiki("DELETE", f"pages/{page}")
    assert wiki.create().status_code == 400, "a page in the trash keeps its title"
    assert wiki("DELETE", f"pages/{page}", purge="true").status_code == 204
    assert wiki.create().status_code == 200


@pytest.mark.parametrize("title", ["", "x" * 256])
def test_a_title_has_1_to_255_characters(wiki: Wiki, title: str) -> None:
    assert wiki.create(title).status_code == 400


def test_a_deleted_page_is_not_found(wiki: Wiki) -> None:
    page = wiki.a_page()
    assert wiki("DELETE", f"pages/{page}").status_code == 204
    assert wiki("GET", f"pages/{page}").status_code == 404
    assert wiki("POST", f"pages/{page}/properties", {"key": "a", "value": 1}).status_code == 404


@pytest.mark.parametrize(
    "storage",
    ["<p>open", "<p>line<br></p>", "<p>a & b</p>", "<p>&nosuch;</p>", "<p>\x07</p>", "<x:y/>", "<a b=c>d</a>"],
    ids=[
        "an open element",
        "HTML's br",
        "a bare &",
        "an unknown entity",
        "a control character",
        "an unknown prefix",
        "an attribute without quotes",
    ],
)
def test_what_is_not_well_formed_is_refused(wiki: Wiki, storage: str) -> None:
    answer = wiki.create(storage=storage)
    assert (answer.status_code, "Error parsing xhtml" in title_of(answer)) == (400, True)


def test_the_refusal_says_where() -> None:
    with pytest.raises(IllFormed, match=r"\[row,col\]: \[2,8\]"):
        kept("<p>one</p>\n<p></x></p>", iter("12").__next__)


def test_a_body_over_5_242_880_bytes_is_413(wiki: Wiki) -> None:
    assert wiki.create(storage="x" * 5_242_880).status_code == 413


#: What is written, and what is read.
READ_BACK = {
    "letters become named entities": (
        "<p>caf\u00e9 \u2019\u00a0&#8211;</p>",
        "<p>caf&eacute; &rsquo;&nbsp;&ndash;</p>",
    ),
    "letters without a name stay": ("<p>\u6f22 \U0001f600</p>", "<p>\u6f22 \U0001f600</p>"),
    "what must be escaped is escaped": ("<p>&lt;b&gt; &amp; &quot;</p>", '<p>&lt;b&gt; &amp; "</p>'),
    "empty elements are short": ("<p></p><br></br>", "<p /><br />"),
    "comments, ids and classes are gone": ('<p id="a" class="b">x<!-- c --></p>', "<p>x</p>"),
    "scripts are gone": ('<p onclick="x">x<script>y</script></p>', "<p>x</p>"),
    "CDATA goes where it is not needed": (
        "<ac:plain-text-link-body><![CDATA[a]]></ac:plain-text-link-body>",
        "<ac:plain-text-link-body>a</ac:plain-text-link-body>",
    ),
    "letters in attributes stay": ('<p title="caf\u00e9">\u00e9</p>', '<p title="caf\u00e9">&eacute;</p>'),
    "code stays as it is": (
        "<ac:plain-text-body><![CDATA[\u00e9 <br/> ]]]]><![CDATA[> &amp;]]></ac:plain-text-body><p/>",
        "<ac:plain-text-body><![CDATA[\u00e9 <br/> ]]]]><![CDATA[> &amp;]]></ac:plain-text-body><p />",
    ),
    "a namespace that is known anyway is not declared": (
        '<p xmlns:ac="http://atlassian.com/content"><ac:placeholder>x</ac:placeholder></p>',
        "<p><ac:placeholder>x</ac:placeholder></p>",
    ),
    "known data stays": ('<p data-row="1" data-layout="wide">x</p>', '<p data-layout="wide">x</p>'),
}


@pytest.mark.parametrize(("written", "read"), READ_BACK.values(), ids=READ_BACK.keys())
def test_read_back(wiki: Wiki, written: str, read: str) -> None:
    assert wiki.storage(wiki.a_page(written)) == read


def test_a_macro_gets_an_id_and_keeps_it(wiki: Wiki) -> None:
    text = "<ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body>"
    code = f'<ac:structured-macro ac:name="code">{text}</ac:structured-macro>'
    page = wiki.a_page(code)
    first = wiki.storage(page)
    assert 'ac:macro-id="' in first
    assert "<![CDATA[a < b]]>" in first
    wiki.update(page, 2, first)
    assert wiki.storage(page) == first


def test_a_table_has_one_body(wiki: Wiki) -> None:
    table = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>"
    read = wiki.storage(wiki.a_page(table))
    assert "<tbody><tr><th>a</th></tr><tr><td>b</td></tr></tbody>" in read
    assert 'ac:local-id="' in read


def test_reading_back_changes_nothing_a_second_time() -> None:
    ids = map(str, range(100))
    once = kept("<table><tbody><tr><td><p>é</p></td></tr></tbody></table>", ids.__next__)
    assert kept(once, ids.__next__) == once


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the storage of a publisher is not beside this checkout")
def test_what_a_publisher_writes_is_taken_and_then_stays() -> None:
    """md2conf's pages are made for a live site; each of them is one that Confluence takes."""
    for path in sorted(PUBLISHED.rglob("*.xml")):
        once = kept(path.read_text(), iter(map(str, range(1000))).__next__)
        assert kept(once, iter(map(str, range(1000))).__next__) == once, path.name


def test_a_property_has_a_lock_of_its_own(wiki: Wiki) -> None:
    page = wiki.a_page()
    kept_property = wiki("POST", f"pages/{page}/properties", {"key": "opsLog.shard", "value": {"rows": 1}}).json()
    path = f"pages/{page}/properties/{kept_property['id']}"
    change = {"key": "opsLog.shard", "value": {"rows": 2}, "version": {"number": 2}}
    assert wiki("PUT", path, change).status_code == 200
    assert wiki("PUT", path, change).status_code == 409
    assert wiki("GET", path).json()["value"] == {"rows": 2}
    assert wiki("GET", f"pages/{page}").json()["version"]["number"] == 1


def test_a_property_stands_once_on_a_page(wiki: Wiki) -> None:
    page = wiki.a_page()
    assert wiki("POST", f"pages/{page}/properties", {"key": "a", "value": 1}).status_code == 200
    assert wiki("POST", f"pages/{page}/properties", {"key": "a", "value": 2}).status_code == 400
    (found,) = wiki("GET", f"pages/{page}/properties", key="a").json()["results"]
    assert wiki("DELETE", f"pages/{page}/properties/{found['id']}").status_code == 204
    assert wiki("GET", f"pages/{page}/properties", key="a").json()["results"] == []


def test_a_property_is_at_most_32_kilobytes(wiki: Wiki) -> None:
    assert wiki("POST", f"pages/{wiki.a_page()}/properties", {"key": "a", "value": "x" * 32_768}).status_code == 400


def test_labels_are_added_in_v1_and_read_in_v2(wiki: Wiki) -> None:
    page = wiki.a_page()
    for name in ("ops-log", "ops-log", "head"):
        wiki("POST", f"rest/api/content/{page}/label", [{"prefix": "global", "name": name}])
    assert [label["name"] for label in wiki("GET", f"pages/{page}/labels").json()["results"]] == ["ops-log", "head"]
    assert wiki("POST", f"rest/api/content/{page}/label", [{"name": "two words"}]).status_code == 400


def test_a_list_goes_on_where_it_says(wiki: Wiki) -> None:
    for n in range(3):
        wiki.create(f"Archive {n}")
    first = wiki("GET", "pages", **{"space-id": SPACE, "limit": 3}).json()
    rest = web.get(wiki.url + first["_links"]["next"], auth=("reporter@example.com", "sandbox")).json()
    assert len(first["results"]) == 3
    assert [p["title"] for p in rest["results"]] == ["Archive 2"]
    assert "next" not in rest["_links"]


def test_v1_says_who_one_is(wiki: Wiki) -> None:
    assert wiki("GET", "rest/api/user/current").json()["publicName"] == "Riley Reporter"
