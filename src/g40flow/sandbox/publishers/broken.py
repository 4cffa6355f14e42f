"""Answers as they should not be: what each fault puts in place of, or does to, the real one."""

from g40flow.sandbox.world.faults import Fault

Made = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""

OUTAGE = """<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8"/><title>Overheid.nl | Storing</title></head>
<body><div class="container"><h2>Storing</h2>
<p>Wegens technische problemen is de website tijdelijk niet beschikbaar.</p>
<p>De website is tijdelijk niet beschikbaar. Probeer het later opnieuw.</p></div></body></html>
"""
UNAVAILABLE = """<html><head><title>503 Service Unavailable</title></head>
<body><h1>Service Unavailable</h1><p>The service is temporarily unavailable.</p></body></html>
"""
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_BOMB = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + '<!ENTITY file SYSTEM "file:///etc/hostname">]><feed><title>&i;&file;</title></feed>'
)
_HOSTILE_PAGE = """<!DOCTYPE html><html lang="nl"><head><title>x</title></head><body>
<div class="container" id="content" role="main">
<h1>\x1b[2J<!channel> &lt;script&gt;alert(1)&lt;/script&gt;</h1>
<script>document.location = "http://evil.invalid/"</script>
<p class="p-intro">&lt;!channel&gt; &lt;http://evil.invalid|klik hier&gt; \u202etxt.exe\u202c</p>
</div></body></html>
"""


def instead_of_the_answer(fault: Fault, path: str) -> Made | None:
    """The whole answer, for faults that do not look at the real one; None for the others."""
    match fault.kind:
        case "outage_page":
            return 200, _HTML, OUTAGE.encode()
        case "html_503":
            return 503, _HTML, UNAVAILABLE.encode()
        case "rate_limit":
            headers = {"Content-Type": "text/plain; charset=utf-8", "Retry-After": str(round(fault.seconds))}
            return 429, headers, b"Too Many Requests\n"
        case "server_error" if "tweedekamer" in path:
            return 500, _XML, b"<Error><Message>An error has occurred.</Message></Error>"
        case "server_error":
            return 500, _HTML, b"<html><body><h1>Runtime Error</h1></body></html>"
        case "redirect":
            return 302, {"Location": "http://elders.invalid/"}, b""
        case "hostile" if _is_xml(path):
            return 200, _XML, _BOMB.encode()
        case "hostile":
            return 200, _HTML, _HOSTILE_PAGE.encode()
        case "huge":
            return 200, _XML if _is_xml(path) else _HTML, _huge(path, fault.megabytes)
        case _:
            return None


def damage(fault: Fault, body: bytes, content_type: str) -> bytes:
    """The real answer, damaged; unchanged for faults that do something else."""
    match fault.kind:
        case "truncated":
            return body[: len(body) // 2]
        case "wrong_encoding":
            return _latin_1(body)
        case "malformed_page" if "html" in content_type:
            return _shuffle_html(body)
        case "malformed_page":
            return body.replace(b"</", b"<", 3)
        case _:
            return body


def _latin_1(body: bytes) -> bytes:
    """Latin-1 that is announced as UTF-8, with at least one byte that cannot be UTF-8."""
    place = body.rfind(b"</")
    return body[:place].decode().encode("latin-1", "replace") + b"\xe9" + body[place:]


def _shuffle_html(body: bytes) -> bytes:
    """A redesign overnight: the ids and classes that a parser looks for are gone."""
    for old, new in (
        (b'id="content"', b'id="inhoud"'),
        (b"table__data-overview", b"gegevens"),
        (b"result--list", b"lijst"),
        (b"result--title", b"kop"),
        (b"<h1>", b"<p>"),
        (b"</h1>", b""),
    ):
        body = body.replace(old, new)
    return body


def _huge(path: str, megabytes: int) -> bytes:
    opening = b"<feed><title>" if _is_xml(path) else b"<html><body><p>"
    return opening + b"x" * (megabytes * 1024 * 1024)


def _is_xml(path: str) -> bool:
    return "SyncFeed" in path or "/rest/" in path or "/sru" in path or "rss" in path
