"""Reading tables, without a database."""

import doctest
import io
import zipfile
from unittest.mock import patch

import openpyxl
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

    def test_a_sheet_that_claims_to_be_wide(self):
        """What a sheet says of its size is not believed: only cells that are there take memory, and not too many."""
        book = openpyxl.Workbook()
        for row in (["a", "b"], [1, 2], [], [3, 4]):
            book.active.append(row)
        file, wide = io.BytesIO(), io.BytesIO()
        book.save(file)
        with zipfile.ZipFile(file) as source, zipfile.ZipFile(wide, "w") as target:
            for name in source.namelist():
                target.writestr(name, source.read(name).replace(b'ref="A1:B4"', b'ref="A1:XFD4"'))
        table = tabular.read_table(wide.getvalue(), len)
        self.assertEqual(table.rows, [(2, [1, 2]), (4, [3, 4])])
        with patch.object(tabular, "MAX_CELLS", 5), self.assertRaises(tabular.TableError) as refused:
            tabular.read_table(wide.getvalue(), len)
        self.assertEqual(refused.exception.code, "too_large")
