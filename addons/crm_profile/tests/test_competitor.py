from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ProfileCase


@tagged("post_install", "-at_install")
class TestCompetitor(ProfileCase):
    def test_relations(self):
        competitor = self.env["crm.competitor"].create({"name": "Tiệm góc phố"})
        values = {"partner_id": self.partner.id, "competitor_id": competitor.id}
        words = self.env["crm.competitor.assessment"].create(
            [
                {**values, "relation": "uses", "rating_price": 4, "rating_service": 2, "liked": "Gần nhà"},
                {**values, "relation": "uses"},
                {**values, "relation": "left_for"},
            ]
        )
        self.assertEqual(words.mapped("rating_average"), [3.0, 0.0, 0.0])
        self.assertEqual((competitor.uses_count, competitor.left_for_count, competitor.considers_count), (1, 1, 0))
        self.assertIn("Tiệm góc phố", words[0].display_name)
        with self.assertRaises(ValidationError):
            words[0].rating_price = 6
