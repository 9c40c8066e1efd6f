from odoo.addons.crm_contact_policy.tests.common import ContactPolicyCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestLogFacts(ContactPolicyCase):
    """What was learnt in a call or visit becomes facts, with the contact as their source."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            "ban.hang",
            groups="crm_contact_policy.group_user,crm_profile.group_user,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[cls.company.id],
        )
        attributes = cls.env["crm.profile.attribute"]
        base = {"kind": "need", "for_person": True, "for_company": True}
        cls.size = attributes.create({**base, "name": "Dung tích mong muốn", "code": "t_size", "value_type": "integer"})
        cls.use = attributes.create(
            {
                **base,
                "name": "Dùng để",
                "code": "t_use",
                "value_type": "choice",
                "option_ids": [
                    (0, 0, {"name": "Đi làm", "code": "work"}),
                    (0, 0, {"name": "Giao hàng", "code": "goods"}),
                ],
            }
        )
        cls.secret = attributes.create(
            {**base, "name": "Thu nhập", "code": "t_income", "value_type": "text", "sensitivity": "restricted"}
        )
        cls.words = attributes.create({**base, "name": "Hỏi gì", "code": "t_words", "value_type": "text"})
        cls.competitor = cls.env["crm.competitor"].create({"name": "Xe Hai Bánh"})

    def dialog(self):
        log = self.env["crm.interaction.log"].with_user(self.seller)
        return Form(log.with_context(active_model="res.partner", active_id=self.customer.id))

    def test_facts_and_competitor(self):
        form = self.dialog()
        form.cared_about = "Giá"
        with form.fact_ids.new() as line:
            line.attribute_id = self.size
            line.value_integer = 125
        with form.fact_ids.new() as line:
            line.attribute_id = self.use
            line.option_ids.add(self.use.option_ids[1])
        form.competitor_id = self.competitor
        form.competitor_relation = "uses"
        form.competitor_liked = "Gần nhà"
        form.save().action_save()
        entry = self.customer.interaction_ids
        facts = self.env["crm.profile.fact"].search([("partner_id", "=", self.customer.id)])
        values = {fact.attribute_id.code: fact.value_key for fact in facts}
        self.assertEqual(values, {"t_size": "125", "t_use": "goods"})
        self.assertEqual(set(facts.mapped("source")), {"employee"})
        self.assertEqual(entry.fact_count, 2)
        self.assertEqual(self.env["crm.profile.fact"].search(entry.action_open_facts()["domain"]), facts)
        assessment = self.env["crm.competitor.assessment"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((assessment.relation, assessment.liked), ("uses", "Gần nhà"))
        self.assertEqual((entry.competitor_id, self.competitor.talked_about_count), (self.competitor, 1))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models")
    def test_restricted(self):
        """Nothing is written when one fact may not be."""
        dialog = self.dialog().save()
        line = {"attribute_id": self.secret.id, "value_text": "20 triệu"}
        dialog.fact_ids = [(0, 0, line)]
        self.assertFalse(dialog.fact_ids.may_restricted)
        with self.assertRaises(AccessError), self.cr.savepoint():
            dialog.action_save()
        self.assertFalse(self.customer.interaction_ids)
        self.seller.group_ids |= self.env.ref("crm_profile.group_restricted")
        dialog.invalidate_recordset()
        dialog.action_save()
        self.assertEqual(self.customer.interaction_ids.with_user(self.seller).fact_count, 1)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models")
    def test_a_dialog_is_its_author_s(self):
        """What somebody enters, restricted facts and uploaded files among it, is not read by way of the dialog."""
        other = self.seller.copy({"login": "dong.nghiep"})
        self.seller.group_ids |= self.env.ref("crm_profile.group_restricted")
        dialog = self.dialog().save()
        dialog.fact_ids = [(0, 0, {"attribute_id": self.secret.id, "value_text": "20 triệu"})]
        upload = self.env["crm.mention.import"].with_user(self.seller).create({"filename": "x.csv"})
        for record in (dialog, dialog.fact_ids, upload):
            with self.subTest(model=record._name):
                self.assertTrue(record.read(["display_name"]))
                self.assertFalse(record.with_user(other).search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    record.with_user(other).read(["display_name"])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models")
    def test_whose_dialogs(self):
        """Each dialog and upload of the profile has its rule, too."""
        names = ["crm.profile.import", "crm.profile.import.column", "crm.profile.import.error"]
        names += ["crm.profile.verify", "crm.profile.intake.reject", "crm.mention.import.error"]
        for name in names:
            domain = self.env["ir.rule"].with_user(self.seller).sudo(False)._compute_domain(name, "read")
            self.assertIn("create_uid", str(domain), name)

    def test_no_answer(self):
        dialog = self.dialog().save()
        for line in ({"attribute_id": self.use.id}, {"attribute_id": self.words.id}):
            dialog.fact_ids = [(5,), (0, 0, line)]
            with self.assertRaises(UserError):
                dialog.action_save()

    def test_shown_on_the_competitor(self):
        self.env["crm.mention"].create({"text": "Bên đó rẻ hơn", "competitor_id": self.competitor.id})
        self.assertEqual(self.competitor.mention_count, 1)
        domain = self.competitor.action_open_talks()["domain"]
        self.assertEqual(self.env["crm.mention"].search_count(domain), 1)
