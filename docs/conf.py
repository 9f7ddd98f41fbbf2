"""How the pages are built: `sphinx-build -W --keep-going -b html docs OUT`.

Nothing is fetched, neither while they are built nor by a page that is looked at.

Docstrings are written for who reads the source: code in single backticks, examples indented, tables
as in Markdown. `as_rst` turns that into what Sphinx reads; Google's sections are left to napoleon.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

project = "onevoice"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
default_role = "code"
suppress_warnings = ["config.cache"]  # what is built is built once

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = "onevoice"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["onevoice.css"]
html_theme_options = {"navigation_with_keys": True}

_SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Yields):$")
_ROW = re.compile(r"\s*\|(.+)\|\s*$")


def as_rst(lines: list[str]) -> list[str]:
    """A docstring as reStructuredText: what is indented is code, and tables are tables.

    Args:
        lines: of the docstring, without the indentation that all of them have.
    """
    found: list[str] = []
    rows: list[list[str]] = []
    in_section = in_code = False
    for number, line in enumerate(lines):
        row = _ROW.match(line)
        if row:
            cells = [cell.strip() for cell in row[1].split("|")]
            rows += [] if set("".join(cells)) <= {"-", ":"} else [cells]
            continue
        found += _table(rows)
        rows = []
        if line.strip():
            in_section = bool(_SECTION.match(line)) or (in_section and line.startswith(" "))
            begins = line.startswith("    ") and number > 0 and not lines[number - 1].strip()
            if begins and not in_section and not in_code:
                found += ["::", ""]
                in_code = True
            in_code = in_code and line.startswith(" ")
        found.append(line)
    return found + _table(rows)


def _table(rows: list[list[str]]) -> list[str]:
    if not rows:
        return []
    found = ["", ".. list-table::", "   :header-rows: 1", ""]
    for cells in rows:
        marks = ["   * - ", *["     - "] * (len(cells) - 1)]
        found += [mark + cell for mark, cell in zip(marks, cells, strict=True)]
    return [*found, ""]


def setup(app: Sphinx) -> None:
    """Has `as_rst` go before napoleon."""

    def rewrite(
        app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
    ) -> None:
        lines[:] = as_rst(lines)

    app.connect("autodoc-process-docstring", rewrite, priority=400)
