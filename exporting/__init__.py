"""The only way out: map sheets, data files, pages."""
