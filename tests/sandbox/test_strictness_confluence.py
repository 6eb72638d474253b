"""Where Confluence bites: what a client that was only ever tried against a kind stand-in does not expect."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import requests
from web import web
from wiki_client import ADMIN, LEAD, REPORTER, SPACE, Wiki, restrict, title_of

LIMIT = 5_242_880
GONE = "com.atlassian.confluence.api.service.exceptions.GoneException: This deprecated endpoint has been removed."


def a_request_of(size: int, title: str) -> bytes:
    """A page whose request has *size* bytes."""
    body = {"representation": "storage", "value": ""}
    frame = {"spaceId": SPACE, "status": "current", "title": title, "body": body}
    body["value"] = "x" * (size - len(json.dumps(frame)))
    return json.dumps(frame).encode()


def sent(wiki: Wiki, data: Any) -> requests.Response:
    url = f"{wiki.url}/wiki/api/v2/pages"
    return web.post(url, data=data, headers={"Content-Type": "application/json"}, auth=(wiki.by, "sandbox"))


def test_a_request_may_have_5_242_880_bytes_and_not_one_more(wiki: Wiki) -> None:
    assert sent(wiki, a_request_of(LIMIT, "Full")).status_code == 200
    refused = sent(wiki, a_request_of(LIMIT + 1, "Too full"))
    assert (refused.status_code, str(LIMIT) in title_of(refused)) == (413, True)


def test_a_request_that_does_not_say_its_length_is_measured(wiki: Wiki) -> None:
    assert sent(wiki, iter([a_request_of(LIMIT + 1, "In pieces")])).status_code == 413


def test_letters_count_as_bytes(wiki: Wiki) -> None:
    text = "\u6f22" * (LIMIT // 3)
    page = {"spaceId": SPACE, "title": "Wide", "body": {"representation": "storage", "value": text}}
    assert sent(wiki, json.dumps(page, ensure_ascii=False).encode()).status_code == 413


def test_a_conflict_comes_without_a_second_writer_when_asked_for(wiki: Wiki) -> None:
    page = wiki.a_page()
    wiki.sandbox.world.settings.confluence_conflict_every = 2
    refused = wiki.update(page, 2)
    assert (refused.status_code, "OptimisticLockException" in title_of(refused)) == (409, True)
    assert wiki.storage(page) == "<p>x</p>", "nothing was written"
    assert wiki.update(page, 2).status_code == 200, "the same again goes through"
    assert wiki.update(page, 3).status_code == 409


def test_a_property_has_such_conflicts_too(wiki: Wiki) -> None:
    page = wiki.a_page()
    kept = wiki("POST", f"pages/{page}/properties", {"key": "a", "value": 1}).json()["id"]
    wiki.sandbox.world.settings.confluence_conflict_every = 1
    change = {"key": "a", "value": 2, "version": {"number": 2}}
    assert wiki("PUT", f"pages/{page}/properties/{kept}", change).status_code == 409
    assert wiki("GET", f"pages/{page}/properties/{kept}").json()["value"] == 1


def test_a_duplicate_property_is_400_and_an_old_version_of_one_is_409(wiki: Wiki) -> None:
    page = wiki.a_page()
    kept = wiki("POST", f"pages/{page}/properties", {"key": "a", "value": 1}).json()["id"]
    twice = wiki("POST", f"pages/{page}/properties", {"key": "a", "value": 1})
    late = wiki("PUT", f"pages/{page}/properties/{kept}", {"key": "a", "value": 2, "version": {"number": 1}})
    assert (twice.status_code, "already exists" in title_of(twice)) == (400, True)
    assert (late.status_code, "Current version: 1" in title_of(late)) == (409, True)


def lose(wiki: Wiki, method: str) -> None:
    """The next answer is lost after the work was done."""
    fault = {"path": "/wiki/api/v2/pages", "method": method, "lose": True, "times": 1}
    web.post(f"{wiki.url}/_sandbox/faults", json=fault).raise_for_status()


def test_an_update_whose_answer_is_lost_is_done(wiki: Wiki) -> None:
    page = wiki.a_page()
    lose(wiki, "PUT")
    with pytest.raises(requests.ConnectionError):
        wiki.update(page, 2)
    assert wiki.storage(page) == "<p>y</p>"
    assert wiki.update(page, 2).status_code == 409, "who just repeats it runs into her own version"
    (newest, *_) = wiki("GET", f"pages/{page}/versions").json()["results"]
    assert newest["message"] == "one row more", "the message tells whose version it was"


def test_a_page_whose_answer_is_lost_is_made_and_found_by_its_title(wiki: Wiki) -> None:
    lose(wiki, "POST")
    with pytest.raises(requests.ConnectionError):
        wiki.create()
    assert "already exists" in title_of(wiki.create())
    assert len(wiki("GET", "pages", **{"space-id": SPACE, "title": "Ops Exception Log"}).json()["results"]) == 1


def test_a_title_in_the_trash_is_taken_and_only_seen_there(wiki: Wiki) -> None:
    page = wiki.a_page()
    wiki("DELETE", f"pages/{page}")
    assert wiki.create("OPS exception log").status_code == 400
    where = {"space-id": SPACE, "title": "ops exception LOG"}
    assert wiki("GET", "pages", **where).json()["results"] == []
    (found,) = wiki("GET", "pages", **where, status="trashed").json()["results"]
    assert (found["id"], found["status"]) == (page, "trashed")


def test_a_page_cannot_be_given_anothers_title(wiki: Wiki) -> None:
    wiki.create("Archive")
    page = wiki.a_page()
    refused = wiki.update(page, 2, title="ARCHIVE")
    assert (refused.status_code, "already exists" in title_of(refused)) == (400, True)
    assert wiki.update(page, 2, title="ops exception log").status_code == 200, "its own in other letters is fine"


def test_a_page_just_created_may_not_be_found_for_a_moment(wiki: Wiki) -> None:
    wiki.sandbox.world.settings.confluence_page_lag = 2.0
    page = wiki.a_page()
    assert (wiki("GET", f"pages/{page}").status_code, wiki.update(page, 2).status_code) == (404, 404)
    wiki.sandbox.world.clock.advance(2)
    assert wiki("GET", f"pages/{page}").status_code == 200


#: What is written, and what is read, with the ids that Confluence makes taken out.
CHANGED = {
    "attributes come in another order": (
        '<table data-layout="wide" data-table-width="760"><tbody><tr><td>x</td></tr></tbody></table>',
        '<table data-table-width="760" data-layout="wide" ac:local-id="…"><tbody><tr><td>x</td></tr></tbody></table>',
    ),
    "a macro gets a version and two ids": (
        '<ac:structured-macro ac:name="toc" />',
        '<ac:structured-macro ac:schema-version="1" ac:name="toc" ac:macro-id="…" ac:local-id="…" />',
    ),
    "a link to a page gets the version it was saved at": (
        '<ac:link><ri:page ri:content-title="Log" /></ac:link>',
        '<ac:link><ri:page ri:version-at-save="1" ri:content-title="Log" /></ac:link>',
    ),
    "an entity is named and CDATA is written out": (
        "<p><![CDATA[caf\u00e9 & <tea>]]></p>",
        "<p>caf&eacute; &amp; &lt;tea&gt;</p>",
    ),
}


@pytest.mark.parametrize(("written", "read"), CHANGED.values(), ids=CHANGED.keys())
def test_what_is_read_is_never_what_was_written(wiki: Wiki, written: str, read: str) -> None:
    page = wiki.a_page(written)
    assert re.sub(r'(ac:\w+-id)="[^"]+"', r'\1="…"', wiki.storage(page)) == read


def test_an_inline_comment_stands_in_the_body_and_makes_no_version(wiki: Wiki) -> None:
    page = wiki.a_page("<p>Ask the caf\u00e9 &amp; bar first</p>")
    ref = wiki.do("comment", page=page, text="caf\u00e9 & bar").json()["ref"]
    marked = f'<ac:inline-comment-marker ac:ref="{ref}">caf&eacute; &amp; bar</ac:inline-comment-marker>'
    assert wiki.storage(page) == f"<p>Ask the {marked} first</p>"
    assert wiki("GET", f"pages/{page}").json()["version"]["number"] == 1


def test_a_write_made_from_before_the_comment_passes_and_takes_it_out(wiki: Wiki) -> None:
    page = wiki.a_page("<p>one row</p>")
    read = wiki.storage(page)
    wiki.do("comment", page=page, text="row")
    assert anchored(wiki, page) == [True]
    assert wiki.update(page, 2, read).status_code == 200
    assert anchored(wiki, page) == [False]


def anchored(wiki: Wiki, page: str) -> list[bool]:
    found = web.get(f"{wiki.url}/_sandbox/confluence/comments", params={"page": page}).json()
    return [one["anchored"] for one in found]


def test_a_marker_written_back_holds_its_comment(wiki: Wiki) -> None:
    page = wiki.a_page('<p><a href="https://example.com/browse/OPS-1">OPS-1</a></p>')
    wiki.do("comment", page=page, text="OPS")
    wiki.update(page, 2, wiki.storage(page) + "<p>more</p>")
    assert anchored(wiki, page) == [True]


@pytest.mark.parametrize("text", ["a code", "elsewhere", ""], ids=["in code", "nowhere", "nothing"])
def test_what_cannot_be_commented_inline_is_refused(wiki: Wiki, text: str) -> None:
    macro = "<ac:plain-text-body><![CDATA[a code]]></ac:plain-text-body>"
    page = wiki.a_page(f'<ac:structured-macro ac:name="code">{macro}</ac:structured-macro><p>x</p>')
    assert wiki.do("comment", page=page, text=text).status_code == 400


def test_publishing_a_draft_drops_what_was_written_since_it_was_opened(wiki: Wiki) -> None:
    page = wiki.a_page("<p>rows</p>")
    wiki.do("draft", page=page, user=LEAD, add="<p>a note</p>").raise_for_status()
    assert wiki.update(page, 2, "<p>rows</p><p>our new row</p>").status_code == 200
    assert wiki.do("publish", page=page, user=LEAD).json() == {"version": 3}
    assert wiki.storage(page) == "<p>rows</p><p>a note</p>"
    assert wiki.storage(page, version=2) == "<p>rows</p><p>our new row</p>", "only its history still has it"


def test_who_has_no_draft_cannot_publish_it(wiki: Wiki) -> None:
    page = wiki.a_page()
    assert wiki.do("publish", page=page, user=LEAD).status_code == 400
    wiki.do("draft", page=page, user=LEAD)
    wiki.do("publish", page=page, user=LEAD)
    assert wiki.do("publish", page=page, user=LEAD).status_code == 400


def test_who_is_not_on_the_edit_list_reads_and_gets_404_for_a_write(wiki: Wiki) -> None:
    page = wiki.a_page()
    assert restrict(wiki.as_(ADMIN), page, "update", ADMIN, groups=("engineering",)).status_code == 200
    assert wiki("GET", f"pages/{page}").status_code == 200
    assert wiki.update(page, 2).status_code == 404
    assert wiki("DELETE", f"pages/{page}").status_code == 404
    assert wiki("POST", f"pages/{page}/properties", {"key": "a", "value": 1}).status_code == 404
    assert wiki.as_(LEAD).update(page, 2).status_code == 200, "the lead is in a group on the list"


def test_v1_says_403_where_v2_says_404(wiki: Wiki) -> None:
    page = wiki.a_page()
    restrict(wiki, page, "update", ADMIN)
    label = wiki("POST", f"rest/api/content/{page}/label", [{"prefix": "global", "name": "log"}])
    assert (label.status_code, label.json()["data"]["authorized"]) == (403, False)
    assert restrict(wiki, page, "update", REPORTER).status_code == 403, "she has locked herself out"


def test_who_may_not_read_finds_nothing(wiki: Wiki) -> None:
    page = wiki.a_page()
    restrict(wiki, page, "read", ADMIN)
    assert wiki("GET", f"pages/{page}").status_code == 404
    assert wiki("GET", "pages", **{"space-id": SPACE, "title": "Ops Exception Log"}).json()["results"] == []
    assert wiki("GET", f"rest/api/content/{page}/restriction").status_code == 404
    assert wiki.create().status_code == 400, "its title is taken all the same"
    wiki.as_(ADMIN)("DELETE", f"rest/api/content/{page}/restriction")
    assert wiki("GET", f"pages/{page}").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        None,
        [{"operation": "delete", "restrictions": {}}],
        [{"operation": "update", "restrictions": {"user": [{"type": "known", "accountId": "nobody"}]}}],
        [{"operation": "update", "restrictions": {"group": [{"type": "group", "name": "nobodies"}]}}],
    ],
    ids=["nothing", "another operation", "an unknown account", "an unknown group"],
)
def test_a_restriction_that_is_none_is_refused(wiki: Wiki, body: Any) -> None:
    assert wiki("PUT", f"rest/api/content/{wiki.a_page()}/restriction", body).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "content"),
        ("POST", "content"),
        ("GET", "content/65538"),
        ("PUT", "content/65538"),
        ("DELETE", "content/65538"),
        ("GET", "content/65538/label"),
        ("PUT", "content/65538/property/log"),
        ("GET", "content/65538/child/page"),
        ("GET", "space/OPSTEAM"),
    ],
)
def test_what_v2_has_replaced_is_gone_from_v1(wiki: Wiki, method: str, path: str) -> None:
    answer = wiki(method, f"rest/api/{path}", {} if method in ("POST", "PUT") else None)
    assert (answer.status_code, answer.json()["message"]) == (410, GONE)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "pages/65538/labels"),
        ("PUT", "pages/65538/restrictions"),
        ("GET", "search"),
        ("PATCH", "pages/65538"),
        ("POST", "pages/65538/attachments"),
    ],
)
def test_what_only_v1_has_is_not_in_v2(wiki: Wiki, method: str, path: str) -> None:
    answer = wiki(method, path, {})
    assert (answer.status_code, "No endpoint" in title_of(answer)) == (404, True)


def test_nobody_is_401_everywhere(wiki: Wiki) -> None:
    for path in ("rest/api/content/1", "rest/api/search", "rest/api/content/1/restriction", "api/v2/nowhere"):
        assert web.get(f"{wiki.url}/wiki/{path}").status_code == 401, path
