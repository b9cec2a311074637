"""Text that Markdown shows as it stands: what somebody typed or uploaded is never markup."""


def plain(text: str) -> str:
    """The text with every character that Markdown could read as markup escaped, on one line."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>$~:^&" else c for c in " ".join(text.split()))


def capital(text: str) -> str:
    """The text with a capital at its beginning, as the start of a line has."""
    return text[:1].upper() + text[1:]
