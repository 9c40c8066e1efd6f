"""Set-up shared by ``./run``, ``./test`` and ``./bench``: Python, Odoo, PostgreSQL, databases.

Only the standard library is used: this package runs before anything is installed.
"""
