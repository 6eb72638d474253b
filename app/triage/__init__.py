"""What the thread is told."""
