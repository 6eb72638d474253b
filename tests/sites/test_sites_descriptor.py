"""The two descriptors say what the service does: Atlassian takes them, and every address in them is a door of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from app import context, create_app
from app.auth.vault import new_key
from app.settings import Settings
from app.sites.descriptor import EXAMPLE, FILES, app_base_url, app_key, rendered, root
from tests.specs import complaints

OURS = "https://ops.example.org"
#: Doors below /connect that a descriptor does not name: the descriptor itself.
UNNAMED = {"atlassian-connect.json"}
products = pytest.mark.parametrize("product", FILES)


def descriptor(product: str) -> dict[str, Any]:
    return rendered((root() / FILES[product]).read_text(), OURS)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Put together as in production, and asked nothing."""
    file = tmp_path_factory.mktemp("descriptor") / "unused.sqlite"
    yield create_app(Settings(secret_keys=new_key(), database_url=f"sqlite:///{file}"))
    context.current().db.close()


def addresses(product: str) -> Iterator[tuple[str, str]]:
    """(method, path) of each door that the descriptor names: lifecycle, webhooks, post-functions, pages."""
    base = urlsplit(app_base_url(OURS, product)).path
    found = descriptor(product)
    for path in found["lifecycle"].values():
        yield "POST", base + path
    for hook in found["modules"].get("webhooks", []):
        yield "POST", base + hook["url"]
    for each in found["modules"].get("jiraWorkflowPostFunctions", []):
        yield "POST", base + each["triggered"]["url"]
    for each in found["modules"].get("jiraWorkflowValidators", []):
        for page in ("create", "edit", "view"):
            yield "GET", base + each[page]["url"].partition("?")[0]


def every_url(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for name, value in found.items():
            if name == "url" and isinstance(value, str):
                yield value
            yield from every_url(value)
    if isinstance(found, list):
        for value in found:
            yield from every_url(value)


@products
def test_atlassian_takes_it(product: str) -> None:
    assert complaints(descriptor(product), f"schemas/connect-{product}-descriptor.derived.schema.json") == []


@products
def test_it_carries_this_service_s_own_address(product: str) -> None:
    found = descriptor(product)

    assert found["baseUrl"] == app_base_url(OURS, product)
    assert found["links"]["self"] == f"{OURS}/connect/{product}/atlassian-connect.json"
    assert found["key"] == app_key(product)
    assert EXAMPLE not in json.dumps(found)


def test_each_product_installs_an_app_of_its_own() -> None:
    keys, bases = {descriptor(each)["key"] for each in FILES}, {descriptor(each)["baseUrl"] for each in FILES}

    assert len(keys) == len(bases) == len(FILES)


@products
@pytest.mark.parametrize("base", [OURS, OURS + "/"])
def test_a_slash_at_the_end_of_base_url_does_no_harm(product: str, base: str) -> None:
    assert rendered((root() / FILES[product]).read_text(), base) == descriptor(product)


@pytest.mark.parametrize(
    ("method", "path"),
    [pytest.param(*each, id=f"{each[0]} {each[1]}") for product in FILES for each in addresses(product)],
)
def test_every_address_in_it_is_a_door_of_ours(app: Flask, method: str, path: str) -> None:
    assert matched(app, method, path)


def test_no_address_was_overlooked_here() -> None:
    """Else a new module could come with an address that nobody answers."""
    listed = {path for product in FILES for _, path in addresses(product)}

    for product in FILES:
        base = urlsplit(app_base_url(OURS, product)).path
        modules = {base + url.partition("?")[0] for url in every_url(descriptor(product)["modules"])}
        assert modules <= listed


def test_every_door_below_connect_is_named_in_a_descriptor(app: Flask) -> None:
    named = {matched(app, *each) for product in FILES for each in addresses(product)}
    doors = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/connect/")}

    assert {door for door in doors - named if Path(door).name not in UNNAMED} == set()


def matched(app: Flask, method: str, path: str) -> str | None:
    """The rule of the route that answers, or None."""
    try:
        rule, _ = app.url_map.bind("ops.example.org").match(path, method=method, return_rule=True)
    except (NotFound, MethodNotAllowed):
        return None
    return str(rule.rule)
