from datetime import timedelta

from odoo import api, models
from odoo.addons.crm_contact_policy.domain import rules
from odoo.fields import Domain

from ..domain import follow_up


class CrmSurveyFollowUp(models.Model):
    """How follow-ups come about: one for each customer's answers, whatever was wrong with them."""

    _inherit = "crm.survey.follow.up"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model
    def _note_complaints(self, complaints):
        """Open, or add to, the follow-up of each complaint.

        :param complaints: {``crm.survey.invitation``: the complaint in the customer's words}
        """
        self._note({invitation: {"complaint": text} for invitation, text in complaints.items()})

    @api.model
    def _note_scores(self, scores):
        """Open, or add to, the follow-up of poor scores.

        :param scores: {``crm.survey.invitation``: {metric: [score, best score]}}
        """
        self._note({invitation: {"scores": poor} for invitation, poor in scores.items()})

    @api.model
    def _note(self, found):
        """Open a follow-up for each invitation that has none; to one there is add what it lacks.

        Idempotent, with a fixed number of queries; what somebody closed stays closed. What was set aside calls for
        nothing.
        """
        found = {one: vals for one, vals in found.items() if one.user_input_id.quality_state != "set_aside"}
        known = {
            one.invitation_id.id: one
            for one in self.search(Domain("invitation_id", "in", [invitation.id for invitation in found]))
        }
        vals_list = []
        for invitation, vals in found.items():
            if one := known.get(invitation.id):
                one._add(vals)
            elif invitation.program_id.follow_up:
                vals_list.append(self._prepare_vals(invitation, vals))
        self.with_context(mail_create_nosubscribe=True, mail_create_nolog=True).create(vals_list)._schedule_sudo()

    def _add(self, vals):
        """Complete what is known of one answer; an unchanged row is not written."""
        merged = {**vals, "scores": {**(self.scores or {}), **vals.get("scores", {})}}
        merged["reason_code"] = self._get_reason_code({"complaint": self.complaint, **merged})
        changed = {name: value for name, value in merged.items() if (self[name] or {}) != (value or {})}
        if changed:
            self.write(changed)

    @staticmethod
    def _get_reason_code(vals):
        return follow_up.gravest([*(vals.get("scores") or {}), *(["complaint"] if vals.get("complaint") else [])])

    def _prepare_vals(self, invitation, vals):
        at = invitation.done_on or invitation.write_date
        day = rules.to_local(at, invitation.company_id._contact_tz()).date()
        return {
            **vals,
            "reason_code": self._get_reason_code(vals),
            "invitation_id": invitation.id,
            "partner_id": invitation.partner_id.id,
            "user_id": invitation._get_account_manager().id,
            "opened_on": at,
            "deadline": day + timedelta(days=invitation.program_id.follow_up_days),
        }

    def _schedule_sudo(self):
        """Plan the activity of whoever is in charge, in their language; sudo: it is for somebody else."""
        kind = self.env.ref("crm_survey.mail_activity_type_follow_up")
        model_id = self.env["ir.model"]._get_id(self._name)
        vals_list = []
        for user, mine in self.filtered("user_id").grouped("user_id").items():
            env = self.with_context(lang=user.lang).env
            for one in mine:
                vals_list.append(
                    {
                        "res_model_id": model_id,
                        "res_id": one.id,
                        "activity_type_id": kind.id,
                        "user_id": user.id,
                        "date_deadline": one.deadline,
                        "automated": True,
                        "summary": f"{one.partner_id.display_name}: {one.with_env(env).reason}",
                    }
                )
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(vals_list)
