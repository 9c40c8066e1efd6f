from odoo import api, models


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    @api.model
    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        """Messages are made of what everybody may see, whoever writes or sends them, and by cron as well."""
        if model == "crm.profile.fact":
            self.env[model].browse(res_ids)._check_may_be_sent_sudo()
        closed = self.with_context(profile_open_only=True)
        return super(MailRenderMixin, closed)._render_template(template_src, model, res_ids, *args, **kwargs)
