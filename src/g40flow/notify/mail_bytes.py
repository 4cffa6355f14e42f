"""A finished mail as bytes: headers that nothing can be added to, text, and HTML.

Headers are encoded with `email.header`, which keeps the limits of RFC 2047; the folding of
`email.message.EmailMessage` in Python 3.11 breaks them for long names, and adds blanks to words.
"""

from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime

from g40flow.domain.outside_text import cut, one_line

LONGEST_SUBJECT, LONGEST_NAME = 200, 80
LONGEST_HEADER_LINE = 76

_AS_SENT = compat32.clone(linesep="\r\n", max_line_length=0)  # headers are folded already
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = QP
# Keeps every line short, and free of what servers change on the way.
_UTF8.body_encoding = QP


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """Somebody with an address that was checked. name: any text, "" if not known."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class MailImage:
    """A PNG that the HTML shows. name: of the file, plain ASCII. cid: its name in the HTML."""

    name: str
    cid: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class MailContent:
    """What stands in a mail. date: aware. message_id, list_id, in_reply_to: with their brackets.

    in_reply_to: "" for a mail that is no answer. text, html: the two forms of the same.
    unsubscribe_url: takes a POST that needs nothing else (RFC 8058); "" for a mail that always comes.
    images: shown in the HTML, as parts of the mail itself.
    """

    sender: Mailbox
    to: Mailbox
    subject: str
    date: datetime
    message_id: str
    list_id: str
    in_reply_to: str
    text: str
    html: str
    unsubscribe_url: str = ""
    images: tuple[MailImage, ...] = ()

    def as_bytes(self) -> bytes:
        """The mail as servers get it: ASCII, lines that end in CRLF."""
        mail = MIMEMultipart("alternative")
        mail["From"] = _with_name("From", self.sender)
        mail["To"] = _with_name("To", self.to)
        mail["Subject"] = _words("Subject", self.subject, LONGEST_SUBJECT)
        mail["Date"] = format_datetime(self.date)
        mail["Message-ID"] = self.message_id
        if self.in_reply_to:
            mail["In-Reply-To"] = self.in_reply_to
            mail["References"] = self.in_reply_to
        mail["List-Id"] = self.list_id
        if self.unsubscribe_url:
            mail["List-Unsubscribe"] = f"<{self.unsubscribe_url}>"
        if self.unsubscribe_url.startswith("https://"):  # RFC 8058 knows one click over https only
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["Content-Language"] = "nl"
        # So that no absence notice or other machine answers: RFC 3834, and Exchange's own word.
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        mail.attach(_part("plain", self.text))
        mail.attach(_with_images(_part("html", self.html), self.images))
        return mail.as_bytes(policy=_AS_SENT)


def _part(kind: str, body: str) -> MIMENonMultipart:
    lines = (_whole(line) for line in body.splitlines())
    part = MIMENonMultipart("text", kind)
    part.set_payload("\n".join(lines) + "\n", _UTF8)
    part["Content-Language"] = "nl"
    return part


def _with_images(html: MIMENonMultipart, images: tuple[MailImage, ...]) -> MIMEBase:
    """The HTML with what it shows (RFC 2387); by itself if it shows nothing."""
    if not images:
        return html
    related = MIMEMultipart("related", type="text/html")
    related.attach(html)
    for image in images:
        part = MIMEImage(image.content, "png")
        part["Content-ID"] = f"<{image.cid}>"
        part.add_header("Content-Disposition", "inline", filename=f"{image.name}.png")
        related.attach(part)
    return related


def _words(header: str, text: str, limit: int) -> str:
    words = cut(_whole(one_line(text)), limit)
    is_plain = words.isascii() and "=?" not in words
    return _folded(Header(words, "us-ascii" if is_plain else _UTF8, header_name=header))


def _with_name(header: str, mailbox: Mailbox) -> str:
    name = cut(_whole(one_line(mailbox.name)), LONGEST_NAME)
    if not name:
        return mailbox.address
    # What has a meaning in a list of addresses goes in an encoded word, where it has none.
    is_plain = name.isascii() and all(letter.isalnum() or letter in " -'" for letter in name)
    shown = Header(name, "us-ascii" if is_plain else _UTF8, header_name=header)
    shown.append(f"<{mailbox.address}>", "us-ascii")
    return _folded(shown)


def _folded(header: Header) -> str:
    return header.encode(maxlinelen=LONGEST_HEADER_LINE)


def _whole(text: str) -> str:
    """The text without halves of characters, which cannot be written."""
    return text.encode("utf-8", "replace").decode("utf-8")
