"""From a resolved issue to its row in the Ops Exception Log."""
