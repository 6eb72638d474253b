"""The Ops issue and its engineering issue."""
