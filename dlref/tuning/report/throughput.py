"""How fast trials end, and how long it takes, for people."""


def rate(count: int, seconds: float) -> list[str]:
    """How many in a second, minute or hour, and which of these; empty if that cannot be told.

    Example:
        >>> rate(24, 10.0), rate(3, 60.0), rate(0, 1.0)
        (['2.4', 's'], ['3', 'min'], [])
    """
    if not count or not seconds:
        return []
    units = (("s", 1), ("min", 60), ("h", 3600))
    found = ((count / seconds * length, unit) for unit, length in units)
    often, unit = next((each for each in found if each[0] >= 1), (count / seconds * 3600, "h"))
    return [f"{often:.3g}", unit]


def pace(count: int, seconds: float) -> str:
    """How many trials ended in what time, as the terminal and the report say it.

    Example:
        >>> pace(24, 10.0)
        '24 trials in 10 s, 2.4 trials/s'
    """
    trials = f"{count} trial{'s' * (count != 1)} in {duration(seconds)}"
    return ", ".join(filter(None, (trials, " trials/".join(rate(count, seconds)))))


def duration(seconds: float) -> str:
    """Seconds for people.

    Example:
        >>> duration(0.52), duration(75), duration(4000)
        ('0.52 s', '75 s', '1 h 7 min')
    """
    if seconds < 10:
        return f"{seconds:.2g} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
