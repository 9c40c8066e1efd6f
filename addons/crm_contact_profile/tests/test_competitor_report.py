from odoo.addons.crm_contact_policy.tests.common import ContactPolicyCase
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCompetitorReport(ContactPolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.competitor = cls.env["crm.competitor"].create({"name": "Tiệm góc phố"})
        cls.env["crm.competitor.assessment"].create(
            {
                "partner_id": cls.customer.id,
                "competitor_id": cls.competitor.id,
                "relation": "uses",
                "rating_price": 4,
            }
        )
        cls.env["crm.mention"].create(
            [
                {"text": text, "sentiment": sentiment, "competitor_id": cls.competitor.id}
                for text, sentiment in (("Rẻ", "positive"), ("Ồn", "negative"), ("Nhanh", "positive"))
            ]
        )
        cls.env["crm.mention"].create({"text": "Không ai", "sentiment": "negative"})
        cls.env.flush_all()

    def numbers(self, user=None, names=("customer_count:sum", "uses_count:sum", "rating_price:avg")):
        report = self.env["crm.competitor.report"].with_user(user or self.env.user)
        return report._read_group([("competitor_id", "=", self.competitor.id)], [], list(names))[0]

    def test_mentions_beside_statements(self):
        """Mentions are counted with their tone and spoil neither the counts nor the ratings of the customers."""
        self.assertEqual(self.numbers(), (1, 1, 4.0))
        count, score = self.numbers(names=("mention_count:sum", "mention_score:avg"))
        self.assertEqual(count, 3)
        self.assertAlmostEqual(score, 1 / 3)
        rows = self.env["crm.competitor.report"].search([("competitor_id", "=", self.competitor.id)])
        self.assertEqual(len(set(rows.ids)), 4)

    def test_archived_ones_are_gone(self):
        self.env["crm.mention"].search([("text", "=", "Ồn")]).active = False
        self.env.flush_all()
        self.assertEqual(self.numbers(names=("mention_count:sum", "mention_score:avg")), (2, 1.0))

    def test_who_sees_no_mentions(self):
        """A user of profiles alone sees the statements, and no trace of the mentions."""
        user = new_test_user(self.env, "only_profiles", groups="crm_profile.group_user")
        seen = user.has_group("crm_contact_policy.group_user")
        rows = self.env["crm.competitor.report"].with_user(user).search([("competitor_id", "=", self.competitor.id)])
        self.assertEqual(len(rows), 4 if seen else 1)
        self.assertEqual(self.numbers(user), (1, 1, 4.0))

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Khác"})
        self.env["crm.mention"].create({"text": "Xa", "competitor_id": self.competitor.id, "company_id": company.id})
        self.env.flush_all()
        user = new_test_user(self.env, "mentions_here", groups="crm_profile.group_user,crm_contact_policy.group_user")
        report = self.env["crm.competitor.report"].with_user(user)
        found = report._read_group([("competitor_id", "=", self.competitor.id)], [], ["mention_count:sum"])
        self.assertEqual(found, [(3,)])
