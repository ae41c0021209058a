# SPDX-License-Identifier: GPL-2.0-only
"""``.. manuals:: SECTION``: the manual pages of a section, as they say what
they are about, each with a link to the page that scripts/htmldocs makes.
"""

import pathlib
import re

from docutils import nodes
from docutils.parsers.rst import Directive


def description(page):
    """Of a page in mdoc: all its names, and what .Nd says."""
    text = page.read_text(encoding="utf-8").split(".Sh SYNOPSIS")[0]
    names = re.findall(r"^\.Nm (\S+)", text, re.MULTILINE)
    return ", ".join(names), re.search(r"^\.Nd (.*)", text, re.MULTILINE)[1]


class Manuals(Directive):
    """A definition list, in the order of names."""

    required_arguments = 1

    def item(self, page):
        """One page."""
        names, about = description(page)
        link = nodes.reference("", names, refuri=f"man/{page.name}.html")
        return nodes.definition_list_item(
            "", nodes.term("", "", link),
            nodes.definition("", nodes.paragraph("", about)))

    def run(self):
        env = self.state.document.settings.env
        pages = sorted((pathlib.Path(env.srcdir) / "man").glob(
            f"*.{self.arguments[0]}"))
        for page in pages:
            env.note_dependency(str(page))
        return [nodes.definition_list("", *map(self.item, pages))]


def setup(app):
    """What Sphinx calls."""
    app.add_directive("manuals", Manuals)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
