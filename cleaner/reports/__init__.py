"""How outcomes are shown: on a terminal, as data, as a diff, as a page."""
