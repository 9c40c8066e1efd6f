"""Reading tables, without a database."""

import doctest

from odoo.tests import BaseCase, tagged

from ..domain import tabular, tabular_values


@tagged("post_install", "-at_install", "pure")
class TestTabular(BaseCase):
    def test_doctests(self):
        for module in (tabular, tabular_values):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_an_open_quote_swallows_nothing(self):
        """A quotation mark left open costs its own line, even if another one closes it further down."""
        table = tabular.read_table(b'a,b,c\n1,"open,x\n2,y,z\n3,"closed",z\n4,"two\nlines",z\n')
        self.assertEqual([line for line, _cells in table.rows], [3, 4, 5])
        self.assertEqual([(error.line, error.code) for error in table.broken], [(2, "broken_line")])
        self.assertEqual(table.torn, [(2, ['1,"open,x'])])
        self.assertIn(b'2,why,"1,""open,x"', tabular.rejected_file(table, {2: "why"}))
