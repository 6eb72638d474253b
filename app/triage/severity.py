"""How severe a ticket is: Jira's priorities, and what each of them means, so that two agents choose alike."""

from __future__ import annotations

#: From the mildest; the meaning stands below the name in the menu, in at most 75 characters.
SEVERITIES = {
    "General": "A question or a flaw; work goes on",
    "Major": "Work is slower, or needs a detour",
    "Critical": "A team or an event cannot work as it must",
    "Blocker": "Customers or money are affected now: drop everything else",
}
