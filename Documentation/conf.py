# SPDX-License-Identifier: GPL-2.0-only
"""How Sphinx builds these pages; scripts/htmldocs runs it.

The references are made from the kernel-doc comments of headers and modules, by
the kernel's own extensions, which scripts/htmldocs unpacks from the
distribution's kernel source into the directory that KERNEL_DOC names.
"""

import os
import sys

sys.path[:0] = [os.environ["KERNEL_DOC"], os.path.abspath("sphinx")]

project = "ioasid"
author = "the authors of ioasid"
copyright = author
exclude_patterns = ["sphinx"]
extensions = ["kerneldoc", "automarkup", "manuals", "sphinx.ext.graphviz"]
kerneldoc_bin = os.path.join(os.environ["KERNEL_DOC"], "kernel-doc")
kerneldoc_srctree = os.path.abspath("..")

# Code is shown in the language that its block names, or as it is.
highlight_language = "none"
graphviz_output_format = "svg"

# What libraries and the kernel define, and kernel-doc comments only use.
nitpicky = True
nitpick_ignore = [("c:identifier", name) for name in (
    "__s32", "__u8", "__u16", "__u32", "__u64", "__aligned_u64", "bool",
    "device", "dsa_completion_record", "dsa_hw_desc", "file", "fmode_t",
    "ioasid_attachment", "ioasid_space", "pid_t", "size_t", "ssize_t", "u32",
    "u64")]

html_theme = "alabaster"
html_theme_options = {
    "description": "I/O address spaces as file descriptors",
    "fixed_sidebar": True,
    "page_width": "70em",
    "body_max_width": "50em",
}
html_show_copyright = False
html_copy_source = False
html_sidebars = {"**": ["about.html", "searchbox.html", "localtoc.html",
                        "navigation.html"]}
html_static_path = []
