from .common import WORKDAY_MORNING, ContactPolicyCase


class TestSmoke(ContactPolicyCase):
    def test_book(self):
        """An allowed contact is planned for the wished moment."""
        interaction = self.customer._contact_book("email", "survey", WORKDAY_MORNING, subject="Chào")
        self.assertEqual(interaction.state, "planned")
        again = self.customer._contact_book("email", "survey", WORKDAY_MORNING)
        self.assertEqual(again.state, "held")
        self.assertIn("30", again.reason)
