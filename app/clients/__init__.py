"""Whom we call: each knows addresses, paging and status codes, and no rule."""
