"""A fresh sandbox and a fresh service for each test that asks for one; people to act in both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from app.migrate import migrate
from sandbox import Sandbox
from tests.people import JiraUser, SlackUser
from tests.service import Service, install
