"""Outlets: one canonical name for the many spellings of a newspaper, site or agency."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from analysis.knowledge.schema import Outlets

ADDRESS = r"[a-z0-9][\w-]*(?:\.[\w-]+)*\.(?:com|co\.id|co|id|tv|net|news|org|info)\b"


class Register:
    """Knows outlets by name, spelling and domain.

    Examples
    --------
    >>> from analysis.knowledge import Knowledge
    >>> register = Register(Knowledge().outlets)
    >>> register.canonical("NEWS.DETIK.COM"), register.canonical("detikINET"), register.canonical("Harian Fajar")
    ('detikcom', 'detikcom', 'Harian Fajar')
    >>> register.of_url("https://jateng.tribunnews.com/2025/06/10/x")
    'Tribunnews'
    """

    def __init__(self, knowledge: Outlets) -> None:
        self._names: dict[str, str] = {}
        self._domains: dict[str, str] = {}
        self.marks: dict[str, re.Pattern[str]] = {}
        starts: list[tuple[str, str]] = []
        for outlet in knowledge.root.values():
            for spelling in (outlet.name, *outlet.spellings, *outlet.domains):
                if "*" in spelling:
                    starts.append((re.escape(spelling.lower()).replace(r"\*", r"[\w-]+"), outlet.name))
                else:
                    self._names.setdefault(spelling.lower(), outlet.name)
            self._domains.update(dict.fromkeys(outlet.domains, outlet.name))
            if outlet.boilerplate:
                self.marks[outlet.name] = re.compile(rf"(?:{'|'.join(outlet.boilerplate)})\Z", re.IGNORECASE)
        self._open = [(re.compile(pattern), name) for pattern, name in starts]
        known = sorted(
            (re.escape(name).replace(r"\ ", r"\s+") for name in self._names), key=lambda name: (-len(name), name)
        )
        names = "|".join([*known, *(pattern for pattern, _ in starts), ADDRESS])
        self.pattern = rf"(?<![\w@])(?:{names})(?!\w|\.\w)"

    def canonical(self, written: str) -> str | None:
        """Return the canonical name of an outlet as written; an unknown one keeps its own; empty gives None."""
        written = " ".join(written.split()).strip(" ()-|")
        key = written.lower().removeprefix("http://").removeprefix("https://").removeprefix("www.").strip("/")
        if key in self._names:
            return self._names[key]
        name = next((name for pattern, name in self._open if pattern.fullmatch(key)), None)
        return name or self._of_domain(key) or written or None

    def of_url(self, url: str) -> str | None:
        """Return the outlet to which an address belongs; an unknown site keeps its domain."""
        try:
            host = (urlsplit(url if "//" in url else f"//{url}").hostname or "").removeprefix("www.")
        except ValueError:
            return None
        return self.canonical(host) if "." in host else None

    def _of_domain(self, host: str) -> str | None:
        parts = host.split(".")
        return next(
            (self._domains[end] for k in range(len(parts)) if (end := ".".join(parts[k:])) in self._domains), None
        )
