"""Which browser it is, in words: "Firefox on Windows"."""

LONGEST = 400


def browser_words(user_agent: str) -> str:
    """From what the browser says of itself; it may say anything, so nothing is decided by it."""
    from ua_parser import parse  # reads its rules on first use: some need signs in first

    found = parse(user_agent[:LONGEST])
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    known = [each for each in (browser, system) if each and each != "Other"]
    return " on ".join(known) or "An unknown browser"
