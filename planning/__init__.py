"""Who covers what: pure functions on cells, graphs and plans; no files, no screen, no clock."""
