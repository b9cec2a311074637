"""Where and when things happen: pure functions on arrays and tables."""
