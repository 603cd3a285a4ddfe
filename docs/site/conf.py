"""How Sphinx makes the site; ``build.py`` beside this file runs it."""

from pathlib import Path

import sectorlead

project = "sectorlead"
author = "the sectorlead authors"
copyright = "the sectorlead authors, GPL-3.0-or-later"  # Sphinx's name
version = release = sectorlead.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
source_suffix = {".md": "myst-nb", ".py": "myst-nb"}
nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_execution_timeout = 300
nb_merge_streams = True
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "attrs_block"]

napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"

html_theme = "furo"
html_extra_path = [str(Path(__file__).parents[2] / "build" / "docs_extra")]
html_title = f"sectorlead {release}"
html_show_sphinx = False
html_copy_source = False
