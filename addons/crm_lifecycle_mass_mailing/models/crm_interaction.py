from odoo import models


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    def _get_due(self, at):
        """What waits for a mass mailing goes with the mailing's own queue, which asks the gate again."""
        return super()._get_due(at).filtered(lambda contact: contact.res_model != "mailing.mailing")
