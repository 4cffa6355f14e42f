"""A weekly digest to print or to keep: tagged, in Dutch, in the house style."""

from g40flow.domain.digest.content import Digest
from g40flow.render.digests import DigestRenderer
from g40flow.render.documents import DocumentDetails, Documents, PrintedPicture, unprintable
from g40flow.render.pictures import Ink


def digest_pdf(digest: Digest, renderer: DigestRenderer, documents: Documents, organisation: str) -> bytes:
    """The digest as an accessible PDF, its pictures below it."""
    pictures = (
        PrintedPicture(
            name=one.name,
            heading=renderer.picture_heading(one.name),
            svg=_printable(str(one.picture.svg)),
            words=_printable(one.picture.words),
        )
        for one in renderer.pictures(digest, Ink.PAPER)
    )
    markdown = _printable(renderer.markdown(digest))
    return documents.pdf(markdown, digest_details(digest, renderer, documents, organisation), tuple(pictures))


def _printable(text: str) -> str:
    """The text without what the house style has no sign for, such as an emoji of a publisher."""
    for letter in unprintable(text):
        text = text.replace(letter, "?")
    return text


def digest_details(
    digest: Digest, renderer: DigestRenderer, documents: Documents, organisation: str
) -> DocumentDetails:
    """What stands above the digest and in the properties of its file."""
    return DocumentDetails(
        title=renderer.title(digest),
        organisation=organisation,
        label=documents.label("digest"),
        dated_on=digest.today,
    )
