"""Text in the form in which it is compared. By itself, since finding needs it without all of the router."""

import unicodedata


def without_diacritics(text: str) -> str:
    """ "Oekraïne" becomes "Oekraine"; letters that are no accented Latin letter stay as they are."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def fold(text: str) -> str:
    """The form in which words are compared: lower case, no diacritics."""
    return without_diacritics(text).lower()
