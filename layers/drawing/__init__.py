"""How layers are drawn: for the web map, for paper, and the colours that both share."""
