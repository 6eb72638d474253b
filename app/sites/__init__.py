"""A site that uses us: installed, configured, looked after."""
