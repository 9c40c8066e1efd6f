import csv
import doctest
from calendar import isleap
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import BaseCase

from ..domain import dates

MONTHS = Path(__file__).parent / "data" / "vietnam_months.csv"
DAYS = st.dates(date(1976, 1, 1), date(2095, 12, 31))


class TestDates(BaseCase):
    def test_doctests(self):
        self.assertFalse(doctest.testmod(dates).failed)

    @settings(max_examples=examples(5000), deadline=None)
    @given(born=DAYS, on=DAYS, leap_day=st.sampled_from(["feb28", "mar1"]))
    def test_every_year_once(self, born, on, leap_day):
        """The next date is on or after today, within a year, and comes once in each calendar year."""
        found, year = dates.next_occurrence(born.day, born.month, on, leap_day=leap_day)
        self.assertGreaterEqual(found, on)
        self.assertLessEqual((found - on).days, 366)
        self.assertEqual(found.year, year)
        after, next_year = dates.next_occurrence(born.day, born.month, found + timedelta(days=1), leap_day=leap_day)
        self.assertEqual(next_year, year + 1)
        self.assertIn((after - found).days, (365, 366))

    @settings(max_examples=examples(2000), deadline=None)
    @given(year=st.integers(1900, 2099))
    def test_29_february(self, year):
        for leap_day, common in (("feb28", date(year, 2, 28)), ("mar1", date(year, 3, 1))):
            expected = date(year, 2, 29) if isleap(year) else common
            self.assertEqual(dates.occurrence(29, 2, year, leap_day=leap_day), expected)
        self.assertEqual(dates.is_leap(year), isleap(year))

    @settings(max_examples=examples(2000), deadline=None)
    @given(day=st.integers(-2, 40), month=st.integers(-2, 15), year=st.integers(1, 2100))
    def test_possible(self, day, month, year):
        try:
            exists = bool(date(year, month, day))
        except ValueError:
            exists = False
        self.assertEqual(dates.is_possible(day, month, year), exists)

    @settings(max_examples=examples(2000), deadline=None)
    @given(day=st.integers(1, 30), month=st.integers(1, 12), on=st.dates(date(2000, 1, 1), date(2090, 12, 31)))
    def test_lunar_once_a_lunar_year(self, day, month, on):
        found, year = dates.next_occurrence(day, month, on, calendar="lunar")
        self.assertGreaterEqual(found, on)
        self.assertLessEqual((found - on).days, 385)
        _after, next_year = dates.next_occurrence(day, month, found + timedelta(days=1), calendar="lunar")
        self.assertEqual(next_year, year + 1)

    def test_lunar_months_of_vietnam(self):
        """Each month of 1976–2070 against new moons and solar terms computed at UTC+7 by PyEphem."""
        with open(MONTHS, newline="", encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                if row["leap"] == "1":
                    continue
                first, days = date.fromisoformat(row["first_day"]), int(row["days"])
                month, year = int(row["lunar_month"]), int(row["lunar_year"])
                self.assertEqual(dates.occurrence(1, month, year, "lunar"), first)
                self.assertEqual(dates.occurrence(30, month, year, "lunar"), first + timedelta(days=days - 1))

    def test_tet(self):
        """Tết, where Vietnam's calendar and China's differ: 1985, 2007, 2030."""
        for expected in (date(1985, 1, 21), date(2007, 2, 17), date(2030, 2, 2), date(2026, 2, 17), date(2027, 2, 6)):
            self.assertEqual(dates.occurrence(1, 1, expected.year, "lunar"), expected)

    def test_beyond_the_tables(self):
        self.assertEqual(dates.next_occurrence(1, 1, date(2100, 1, 2)), (None, None))
