import doctest
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase

from ..domain import suppression


@st.composite
def partitions(draw, number):
    size = draw(st.integers(3, 13))
    column = st.lists(st.integers(0, 4), min_size=size, max_size=size)
    return [draw(column) for _each in range(number)]


def figures(columns, shown, threshold, total=True):
    """The sums published, as rows over the respondents: the total if it is known, and each group shown."""
    size = len(columns[0])
    rows = [np.ones(size)] if total and size >= threshold else []
    for column, labels in zip(columns, shown, strict=True):
        rows += [np.array([float(label == wanted) for label in column]) for wanted in sorted(labels)]
    return np.array(rows)


class TestSuppression(BaseCase):
    """Nothing that is shown, added and subtracted in any way, speaks of fewer respondents than allowed."""

    def test_docstrings(self):
        failed, tried = doctest.testmod(suppression)
        self.assertGreater(tried, 0)
        self.assertFalse(failed)

    def assertNothingDerivable(self, columns, threshold, total=True):
        shown = suppression.publish(columns, threshold, total)
        rows = figures(columns, shown, threshold, total)
        if not len(rows):
            return shown
        rank = np.linalg.matrix_rank(rows)
        everybody = range(len(columns[0]))
        for few in range(1, threshold):
            for group in combinations(everybody, few):
                # Some sum is zero for everybody else exactly if leaving the group out loses rank.
                rest = [one for one in everybody if one not in group]
                self.assertEqual(np.linalg.matrix_rank(rows[:, rest]), rank, (columns, shown, group))
        return shown

    @given(partitions(1), st.integers(2, 5))
    @settings(max_examples=examples(600), deadline=None)
    def test_one_table_and_its_total(self, columns, threshold):
        (shown,) = self.assertNothingDerivable(columns, threshold)
        sizes = {label: columns[0].count(label) for label in columns[0]}
        rows = figures(columns, [shown], threshold)
        for label, size in sizes.items():
            if size < threshold and len(rows):
                alone = np.array([float(other == label) for other in columns[0]])
                self.assertGreater(
                    np.linalg.matrix_rank(np.vstack([rows, alone])), np.linalg.matrix_rank(rows), "derivable"
                )
        if len(columns[0]) >= threshold and all(size >= threshold for size in sizes.values()):
            self.assertEqual(shown, set(sizes), "nothing needs to be hidden")

    @given(partitions(2), st.integers(2, 4), st.booleans())
    @settings(max_examples=examples(1000), deadline=None)
    def test_two_tables(self, columns, threshold, total):
        self.assertNothingDerivable(columns, threshold, total)

    @given(partitions(1), st.integers(2, 5))
    @settings(max_examples=examples(300), deadline=None)
    def test_total_beside_groups(self, columns, threshold):
        """Where the total holds, hiding the small groups is enough."""
        sizes = [columns[0].count(label) for label in set(columns[0])]
        total = suppression.total_holds(sizes, threshold)
        shown = self.assertNothingDerivable(columns, threshold, total)[0]
        self.assertEqual(len(shown), sum(size >= threshold for size in sizes))

    @given(partitions(2), st.integers(2, 4))
    @settings(max_examples=examples(300), deadline=None)
    def test_two_way_table(self, columns, threshold):
        """A table with its margin: rows, and rows by columns."""
        self.assertNothingDerivable([columns[0], list(zip(*columns, strict=True))], threshold)

    def test_two_filters_that_differ_by_one(self):
        """Nobody learns what one customer answered from two groups that differ by that customer."""
        north = ["north"] * 10 + ["south"] * 10
        agent = ["An"] * 11 + ["Binh"] * 9
        self.assertEqual(suppression.publish([north, agent]), [{"north", "south"}, set()])

    def test_groups_together_against_another_cut(self):
        """Two provinces together are one agent's, but for one customer."""
        province = ["a"] * 10 + ["b"] * 10 + ["c"] * 10
        agent = ["x"] * 21 + ["y"] * 9
        self.assertEqual(suppression.publish([province, agent])[1], set())
