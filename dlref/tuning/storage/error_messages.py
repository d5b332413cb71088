"""Why a database cannot be used, in plain words."""

REASONS = (  # what the driver says, and what to tell the user
    ("disk is full", "there is no space left on the disk"),
    ("disk i/o error", "it cannot be written: is the disk full?"),
    ("no space left", "there is no space left on the disk"),
    ("readonly", "it cannot be written: the file or its directory is read-only"),
    ("unable to open", "it cannot be opened or written: is its directory there, and writable?"),
    ("malformed", "it is damaged"),
    ("not a database", "it is no SQLite database"),
    ("could not decode", "it is damaged"),
    ("password", "the server refuses the user or the password"),
    ("authentication", "the server refuses the user or the password"),
    ("pg_hba", "the server refuses this user or this machine"),
    ("does not exist", "the server has no such database, or no such user"),
    ("permission denied", "the server does not let this user do that"),
)


def what_it_says(error: Exception) -> str:
    """What the database itself says, in one line and without the statement that failed."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def known_reason(text: str) -> str | None:
    """What that means, if waiting does not help; else None.

    Example:
        >>> known_reason("database or disk is full")
        'there is no space left on the disk'
    """
    return next((reason for said, reason in REASONS if said in text.lower()), None)
