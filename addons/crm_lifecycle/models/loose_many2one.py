"""A many2one without foreign key, for tables that the engine fills by the million."""

from odoo import fields


class LooseMany2one(fields.Many2one):
    """A many2one whose column has no foreign key.

    PostgreSQL checks a foreign key row by row: of the 46 seconds of a first fill of 200,000 customers, 17 went into
    checks of stages, companies, fits and runs. Nobody can delete those (no access right, and refused for the stages);
    a company takes its rows along when it goes, a value class is taken from the customers.
    """

    def update_db_foreign_key(self, model, column):
        """Make no foreign key."""
