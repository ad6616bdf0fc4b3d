"""Everything that is generated: the tool list that the server publishes, files for registries, clients and
administrators, and the README's table of tools.

Each module here is one family of files, as a pure function of the catalogue and the settings; `checkout` compares and
writes them.
"""
