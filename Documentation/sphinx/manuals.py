# SPDX-License-Identifier: GPL-2.0-only
"""``.. manuals::``: all manual pages by section, as they say what they are
about, each with a link to the page that scripts/htmldocs makes.
"""

import pathlib
import re

from docutils import nodes
from docutils.parsers.rst import Directive

SECTIONS = {
    "1": "Commands",
    "2": "System calls",
    "3": "The library",
    "4": "Devices",
    "5": "Files",
    "7": "Overviews",
    "8": "Administration",
}


def description(page):
    """Of a page in mdoc: all its names, and what .Nd says."""
    text = page.read_text(encoding="utf-8").split(".Sh SYNOPSIS")[0]
    names = re.findall(r"^\.Nm (\S+)", text, re.MULTILINE)
    return ", ".join(names), re.search(r"^\.Nd (.*)", text, re.MULTILINE)[1]


def item(page):
    """One page, in a definition list."""
    names, about = description(page)
    link = nodes.reference("", names, refuri=f"man/{page.name}.html")
    return nodes.definition_list_item(
        "", nodes.term("", "", link),
        nodes.definition("", nodes.paragraph("", about)))


def section(number, pages):
    """All pages of a section, in the order of their names, or nothing."""
    if not pages:
        return []
    return [nodes.rubric("", f"{SECTIONS[number]} ({number})"),
            nodes.definition_list("", *map(item, pages))]


class Manuals(Directive):
    """What there is now: pages that come need not be added anywhere."""

    def run(self):
        env = self.state.document.settings.env
        pages = sorted(pathlib.Path(env.srcdir, "man").glob("*.[1-9]"))
        found = []
        for number in SECTIONS:
            found += section(number, [page for page in pages
                                      if page.suffix == f".{number}"])
        return found


def setup(app):
    """What Sphinx calls."""
    app.add_directive("manuals", Manuals)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
