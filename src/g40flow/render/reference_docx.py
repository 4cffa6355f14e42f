"""The Word file that pandoc takes its styles from: its own one, with our house style over it."""

import zipfile
from io import BytesIO
from pathlib import Path

from lxml import etree

from g40flow.render.pandoc import run

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_FOOTER_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"
_FOOTER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
_ALWAYS = (1980, 1, 1, 0, 0, 0)


def reference_docx(house_style: Path) -> bytes:
    """The file, the same bytes every time. house_style: house_style.xml of templates/documents."""
    house = etree.parse(house_style).getroot()
    given = zipfile.ZipFile(BytesIO(run(["--print-default-data-file", "reference.docx"], b"")))
    parts = {name: given.read(name) for name in given.namelist()}
    parts["word/styles.xml"] = _with_styles(parts["word/styles.xml"], house)
    parts["word/document.xml"] = _with_page(parts["word/document.xml"], house)
    parts["word/footer1.xml"] = etree.tostring(_child(house, f"{{{_W}}}ftr"))
    parts["word/_rels/document.xml.rels"] = _with_child(
        parts["word/_rels/document.xml.rels"],
        f"{{{_RELATIONS}}}Relationship",
        {"Id": "rIdHouseFooter", "Type": _FOOTER_RELATION, "Target": "footer1.xml"},
    )
    parts["[Content_Types].xml"] = _with_child(
        parts["[Content_Types].xml"],
        f"{{{_TYPES}}}Override",
        {"PartName": "/word/footer1.xml", "ContentType": _FOOTER_TYPE},
    )
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _ALWAYS), content)
    return made.getvalue()


def _child(house: etree._Element, tag: str) -> etree._Element:
    found = house.find(tag)
    if found is None:
        raise ValueError(f"house_style.xml: expected an element {tag}")
    return found


def _with_styles(styles: bytes, house: etree._Element) -> bytes:
    root = etree.fromstring(styles)
    ours = {style.get(f"{{{_W}}}styleId"): style for style in _child(house, "styles")}
    for style in root.findall(f"{{{_W}}}style"):
        if style.get(f"{{{_W}}}styleId") in ours:
            root.remove(style)
    for style in ours.values():
        root.append(style)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _with_page(document: bytes, house: etree._Element) -> bytes:
    root = etree.fromstring(document)
    body = _child(root, f"{{{_W}}}body")
    body.remove(_child(body, f"{{{_W}}}sectPr"))
    body.append(_child(house, f"{{{_W}}}sectPr"))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _with_child(part: bytes, tag: str, attributes: dict[str, str]) -> bytes:
    root = etree.fromstring(part)
    etree.SubElement(root, tag, attributes)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
