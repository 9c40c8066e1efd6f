from datetime import datetime

from odoo.addons.crm_contact_policy.tests.common import TIME_ZONE, ContactPolicyCase
from odoo.tests import new_test_user

# Sunday 8 November 2026, 08:40 in Ho Chi Minh City: ten minutes past the civil hour.
SUNDAY = datetime(2026, 11, 8, 1, 40)
# The evening before, 20:00 there.
EVE = datetime(2026, 11, 7, 13, 0)
TZ = TIME_ZONE


class CareCase(ContactPolicyCase):
    """Customers of a shop in Ho Chi Minh City, and their birthdays on a Sunday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.occasion"].with_context(active_test=False).search([]).active = False
        cls.customer.write({"name": "Nguyễn Thị Lan", "lang": "en_US"})
        cls.colleague = new_test_user(
            cls.env, login="colleague", lang="en_US", groups="base.group_user,crm_care.group_user",
            company_id=cls.company.id, company_ids=cls.company.ids,
        )

    def occasion(self, partner=None, at=EVE, **values):
        """A birthday on 8 November, known since ``at``."""
        partner = partner or self.customer
        vals = {"partner_id": partner.id, "company_id": self.company.id, "day": 8, "month": 11, **values}
        occasion = self.env["crm.occasion"].create(vals)
        self.env.flush_all()
        occasion._set_next_date(at)
        return occasion

    def child(self, **values):
        """The same for the customer's son."""
        vals = {
            "whose": "relative", "relative_name": "Minh", "relation": "child", "consent": "representative",
            "consent_note": "His mother, at the counter", **values,
        }
        return self.occasion(**vals)

    def run_at(self, at):
        """The daily work at ``at`` (naive UTC)."""
        self.env["crm.occasion"]._run(at)
        self.env.flush_all()

    def mails(self, partner=None):
        """Messages in the queue to ``partner``."""
        return self.env["mail.mail"].search([("recipient_ids", "in", (partner or self.customer).ids)])
