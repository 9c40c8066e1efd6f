from odoo import api, models


class MailThread(models.AbstractModel):
    """Answers no person wrote (out of office, on holiday) neither open a case nor wake one."""

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        kind = (message.get("Auto-Submitted") or "no").split(";")[0].strip().lower()
        if kind == "no" and not message.get("X-Autoreply") and not message.get("X-Autorespond"):
            return super()._message_route_process(message, message_dict, routes)
        if kind != "auto-generated":  # a machine that reports a fault may open a case, an answering machine may not
            routes = [route for route in routes or () if route[0] != "crm.service.case" or route[1]]
        quiet = self.with_context(service_auto_reply=True)
        return super(MailThread, quiet)._message_route_process(message, message_dict, routes)
