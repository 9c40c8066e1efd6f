from odoo.tests import Form, tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestInteraction(LifecycleCase):
    """A talk is a sign of life at once."""

    def marks(self, partner):
        self.env.flush_all()
        return self.env["crm.lifecycle.dirty"].search_count(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )

    def test_marked_and_prospect(self):
        customer = self.make_customers(1)
        contact = self.env["crm.interaction"].create({"partner_id": customer.id, "state": "planned"})
        self.env["crm.lifecycle.dirty"].search([("partner_id", "=", customer.id)]).unlink()
        contact.note = "Sẽ gọi"
        self.assertFalse(self.marks(customer))
        contact.action_done()
        self.assertTrue(self.marks(customer))
        customer.lifecycle_refresh()
        self.assertEqual(customer.lifecycle_stage_code, "prospect")

    def test_taken_back_or_of_another_customer(self):
        """Who was a prospect by a contact alone is none within a minute once it is taken away."""
        first, second = self.make_customers(2)
        contact = self.env["crm.interaction"].create({"partner_id": first.id, "state": "planned"})
        contact.action_done()
        (first | second).lifecycle_refresh()
        contact.sudo().partner_id = second
        self.assertTrue(self.marks(first))
        self.assertTrue(self.marks(second))
        (first | second).lifecycle_refresh()
        self.assertEqual((self.stage(first), self.stage(second)), ("suspect", "prospect"))
        contact.sudo().unlink()
        self.assertTrue(self.marks(second))

    def test_denied_is_no_sign(self):
        customer = self.make_customers(1)
        self.env["crm.interaction"].create({"partner_id": customer.id, "state": "denied"})
        self.assertFalse(self.marks(customer))

    def test_log_from_a_lead(self):
        customer = self.make_customers(1)
        lead = self.env["crm.lead"].create({"name": "Mua xe", "partner_id": customer.id})
        dialog = self.env["crm.interaction.log"].with_context(active_model="crm.lead", active_id=lead.id)
        with Form(dialog) as form:
            form.note = "Muốn lái thử"
        form.record.action_save()
        entry = customer.interaction_ids
        self.assertEqual((entry.res_model, entry.res_id, entry.note), ("crm.lead", lead.id, "Muốn lái thử"))
