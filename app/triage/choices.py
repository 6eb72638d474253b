"""What can be chosen at triage beside the severity: the same values as in the form that reporters fill in."""

from __future__ import annotations

TEAMS = ("Engineering", "Operations")
TYPES = (
    "Platform / app issue",
    "Payments and transactions",
    "Customer experience",
    "Event operations",
    "Internal ops and admin",
    "Other (needs triage)",
)
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
