"""The customer's Table 1: what can be chosen for a ticket, in the form and at triage."""

from __future__ import annotations

EXCEPTION_TYPES = (
    "Platform / app issue",
    "Payments and transactions",
    "Customer experience",
    "Event operations",
    "Internal ops and admin",
    "Other (needs triage)",
)
TEAMS = ("Engineering", "Operations")
TAGS = (
    "Platform - functional issue",
    "Platform - UI issue",
    "Platform - event / venue visibility",
    "Platform - integrations",
    "Platform - outage / latency",
    "Platform - mobile app",
    "Ops - scheduling",
    "Ops - ticketing",
    "Ops - supplies / logistics",
    "Ops - access / permissions",
    "Ops - reporting",
    "Finance - payment processing",
    "Finance - refunds",
    "Finance - taxes",
    "Marketing - promotions / discounts",
    "CX - email / notifications",
)
#: The first is the default.
PRIORITIES = ("General", "Major", "Critical", "Blocker")
