"""A weekly digest to print or to keep: tagged, in Dutch, in the house style."""

from g40flow.domain.digest.content import Digest
from g40flow.render.digests import DigestRenderer
from g40flow.render.documents import DocumentDetails, Documents, unprintable


def digest_pdf(digest: Digest, renderer: DigestRenderer, documents: Documents, organisation: str) -> bytes:
    """The digest as an accessible PDF."""
    markdown = renderer.markdown(digest)
    for letter in unprintable(markdown):  # of a publisher: the house style has no sign for it
        markdown = markdown.replace(letter, "?")
    return documents.pdf(markdown, digest_details(digest, renderer, documents, organisation))


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
