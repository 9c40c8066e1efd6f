from odoo import models


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    def action_make_case(self):
        """A call, an SMS or a chat turns out to be a problem: a case from it, in a dialog.

        :return: action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_case_intake_action")
        action["context"] = {
            "default_partner_id": self.partner_id.id,
            "default_channel_id": self.channel_id.id,
            "default_name": self.subject,
            "default_description": self.note,
            "default_interaction_id": self.id,
        }
        return action

    def _about_case_sudo(self, case):
        """The contact was about this case: it is its entry in the ledger, no second one is made.

        :param case: `crm.service.case`

        Runs as superuser: what a contact was about is written by the engine only.
        """
        self.check_access("write")
        for interaction in self.sudo().filtered(lambda i: i.direction == "in" and not i.res_id):
            if interaction.commercial_partner_id == case.partner_id.commercial_partner_id:
                interaction._set({"res_model": case._name, "res_id": case.id})
