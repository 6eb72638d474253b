"""Who is knocking, and may they come in."""
