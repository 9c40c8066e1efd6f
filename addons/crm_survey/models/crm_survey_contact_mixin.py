from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..domain import aapor, schedule
from ..domain.names import OPEN_STATES


class CrmSurveyContactMixin(models.AbstractModel):
    """How an invitation reaches its customer: every contact is booked at the contact gate."""

    _name = "crm.survey.contact.mixin"
    _description = "How a survey invitation reaches its customer"

    def _contact_recipients(self):
        """Return {invitation id: partner to be contacted}."""
        return {invitation.id: invitation.recipient_id or invitation.partner_id for invitation in self}

    def _contact_next(self, at):
        """Make the next step of each invitation at ``at`` (naive UTC); batched per program step.

        E-mails and text messages go through the contact gate at once; calls go to the interviewers' queue, which shows
        what the gate says at the moment of the call. A customer who cannot be reached by the step's channel gets the
        next one, one of whom everything is known is not asked at all.
        """
        for (program, number), invitations in (self - self._drop_known(at)).grouped(
            lambda i: (i.program_id, i.step)
        ).items():
            step = program.step_ids[number : number + 1]
            if not step:
                invitations.due = False
                continue
            reachable = invitations.filtered(lambda i, step=step: step._get_address(i.recipient_id))
            (invitations - reachable)._skip_step(at)
            if step.channel_code == "phone":
                reachable._queue_call(at)
            elif reachable:
                reachable._request_message(step, at)

    def _contact_next_sudo(self, at):
        """As ``_contact_next``; sudo: who may ask creates no participation by any other way."""
        self.check_access("write")
        self.sudo()._contact_next(at)

    def _request_message(self, step, at):
        company = self.company_id
        for (lang, survey), invitations in (
            self.with_company(company[:1]).grouped(lambda i: (i.lang, i.survey_id)).items()
        ):
            title = survey.with_context(lang=lang).title
            interactions = invitations._contact_request(step.channel_code, "survey", at, subject=title)
            invitations._remember(interactions)

    def _remember(self, interactions):
        """Keep the last contact on each invitation; those not sent at once are held or denied."""
        by_record = {interaction.res_id: interaction for interaction in interactions}
        for invitation in self.filtered(lambda i: i.id in by_record):
            interaction = by_record[invitation.id]
            if invitation.interaction_id != interaction:  # the delivery has noted those that were sent
                invitation.interaction_id = interaction
            if interaction.state == "held":
                # Whoever was asked before stays asked while a reminder waits: the link still works and expires.
                first = not invitation.sent_on and invitation.state != "started"
                invitation.write({"state": "held", "due": False} if first else {"due": False})

    def _contact_deliver(self, interactions):
        """Queue the message of each interaction in the customer's language; called by the contact gate.

        :param interactions: allowed ``crm.interaction`` about invitations; closed invitations get nothing
        """
        by_record = {interaction.res_id: interaction for interaction in interactions}
        invitations = self.browse(by_record).exists().filtered(lambda i: i.state in OPEN_STATES)
        for invitation in invitations:
            invitation.interaction_id = by_record[invitation.id]
        for (program, number), batch in invitations.grouped(lambda i: (i.program_id, i.step)).items():
            at = max(by_record[invitation.id].date for invitation in batch)
            step = program.step_ids[number : number + 1] or program.step_ids[-1:]
            batch._ensure_links(at)
            getattr(batch, f"_deliver_{step.channel_code}")(step, first=not number)
            batch._after_step(at, step.channel_id)

    def _deliver_email(self, step, first):
        """Queue an e-mail for each; ``first`` tells an invitation from a reminder."""
        template = step._get_template(first=first)
        template.send_mail_batch(self.ids, email_layout_xmlid="mail.mail_notification_light")

    def _deliver_sms(self, step, first):
        """Queue a text message with the short link for each, in the customer's language."""
        self.user_input_id._ensure_short_codes()
        texts = step._get_sms_template(first=first)._render_field("body", self.ids, compute_lang=True)
        self.env["sms.sms"].create(
            [
                {
                    "partner_id": invitation.recipient_id.id,
                    "number": invitation.recipient_id.phone_sanitized or invitation.recipient_id.phone,
                    "body": str(texts[invitation.id]).strip(),
                }
                for invitation in self
            ]
        )
        self.env.ref("sms.ir_cron_sms_scheduler_action").sudo()._trigger()

    def _contact_rejected(self, interactions):
        """The gate refused: try the next step's channel, else close the invitation."""
        invitations = self.browse(interactions.mapped("res_id")).exists().filtered(lambda i: i.state in OPEN_STATES)
        for invitation in invitations:
            invitation.interaction_id = interactions.filtered(lambda x, i=invitation: x.res_id == i.id)[:1]
        last = invitations.filtered(lambda i: i.step + 1 >= len(i.program_id.step_ids))
        never = last.filtered(lambda i: not i.sent_on)
        never.write(
            {
                "state": "denied",
                "final_disposition": aapor.NEVER_ASKED,
                "done_on": fields.Datetime.now(),
                "due": False,
            }
        )
        (last - never).due = False
        further = invitations - last
        further.filtered(lambda i: i.state == "held").state = "planned"
        further._advance(fields.Datetime.now())

    def _skip_step(self, at):
        """No address for this channel: take the next step now, or give up when there is none."""
        rest = self.filtered(lambda i: i.step + 1 < len(i.program_id.step_ids))
        for invitation in rest:
            invitation.write({"step": invitation.step + 1, "due": at})
        nothing = self - rest
        nothing.filtered(lambda i: not i.sent_on)._cancel("no_address")
        nothing.filtered("sent_on").due = False
        if rest:
            rest._contact_next(at)

    def _queue_call(self, at):
        """Put invitations into the interviewers' call queue."""
        self._ensure_links(at)
        for expiry, batch in self.grouped(lambda i: i.program_id.expiry_days).items():
            batch.filtered(lambda i: not i.expires_on).expires_on = at + timedelta(days=expiry)
        for number, batch in self.grouped("step").items():
            batch.write({"state": "to_call", "step": number + 1, "due": at})
        self.churn_interview_id._on_asked()

    def _after_step(self, at, channel):
        """Book-keeping of a step that went out at ``at``."""
        self.filtered(lambda i: i.state != "started").state = "sent"
        first = self.filtered(lambda i: not i.sent_on)
        first.write({"sent_on": at})
        for expiry, batch in first.grouped(lambda i: i.program_id.expiry_days).items():
            batch.expires_on = at + timedelta(days=expiry)
        self._advance(at)
        self.churn_interview_id._on_asked()
        self.env["crm.survey.attempt"].create(
            [
                {"invitation_id": i.id, "channel_id": channel.id, "date": at, "disposition": "sent"}
                for i in self
            ]
        )

    def _advance(self, at):
        for (program, number), batch in self.grouped(lambda i: (i.program_id, i.step)).items():
            gaps = program.step_ids.mapped("days")
            batch.write({"step": number + 1, "due": schedule.after_step(number + 1, at, gaps) or False})

    # -- links ---------------------------------------------------------------------------------------

    def _ensure_links(self, at):
        """Create the personal participation of each invitation that has none; one batch per survey."""
        missing = self.filtered(lambda i: not i.user_input_id)
        for survey, invitations in missing.grouped("survey_id").items():
            deadlines = {i.id: i.expires_on or at + timedelta(days=i.program_id.expiry_days) for i in invitations}
            vals_list = survey._prepare_invited_answer_vals(invitations, deadlines, at=at)
            inputs = self.env["survey.user_input"].with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            for invitation, user_input in zip(invitations, inputs.create(vals_list), strict=True):
                invitation.user_input_id = user_input

    def _ensure_links_sudo(self, at):
        """As ``_ensure_links``; sudo: an interviewer may ask but not create answers by other ways."""
        self.check_access("write")
        self.sudo()._ensure_links(at)

    def _get_url_sudo(self):
        """Return the personal link; sudo: the token is a secret that interviewers use but do not browse."""
        self.ensure_one()
        self._ensure_links_sudo(fields.Datetime.now())
        invitation = self.sudo()
        if not invitation.user_input_id.deadline:
            invitation.user_input_id.deadline = invitation.expires_on
        return f"{invitation.survey_id.get_base_url()}{invitation.user_input_id.get_start_url()}"

    def _get_short_url_sudo(self):
        """Return the personal link short enough for a text message; sudo: as :meth:`_get_url_sudo`."""
        self._get_url_sudo()
        user_input = self.sudo().user_input_id
        user_input._ensure_short_codes()
        return f"{self.sudo().survey_id.get_base_url()}/q/{user_input.crm_short_code}"

    def _may_interview(self, user):
        """Whether this employee may fill in the questionnaire for the customer."""
        self.ensure_one()
        return self.with_user(user).has_access("write")

    def _link_message(self, key):
        """Return what the holder of a link reads when it does not open the questionnaire."""
        return {
            "crm_closed": self.env._("This invitation is closed. Thank you all the same!"),
            "answer_deadline": self.env._("This link has expired. Thank you all the same!"),
            "crm_other_user": self.env._(
                "This link is personal and belongs to somebody else. "
                "To answer for yourself, open the link you were sent; if it is this one, sign out first."
            ),
            "declined": self.env._("Thank you for telling us. We will not ask again with this survey."),
            "never_again": self.env._("Thank you for telling us. You will get no more questions from us."),
        }[key]

    def _close_links(self):
        """Let the links stop working."""
        self.user_input_id.filtered(lambda i: i.state != "done").write({"deadline": fields.Datetime.now()})

    # -- the ledger ----------------------------------------------------------------------------------

    def _book_inbound(self, state, at):
        """Write what the customer did into the contact ledger: ``state`` is done (answered) or refused."""
        web = self.env.ref("crm_contact_policy.channel_web")
        self.env["crm.interaction"].create(
            [
                {
                    "partner_id": invitation.recipient_id.id or invitation.partner_id.id,
                    "company_id": invitation.company_id.id,
                    "direction": "in",
                    "channel_id": web.id,
                    "purpose": "survey",
                    "state": state,
                    "date": at,
                    "subject": invitation.survey_id.title,
                    "res_model": self._name,
                    "res_id": invitation.id,
                }
                for invitation in self
            ]
        )

    def _drop_held(self):
        """Cancel what still waits at the gate for invitations that are closed."""
        self.env["crm.interaction"].search(
            Domain("res_model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("state", "in", ("planned", "held"))
        ).write({"state": "cancelled"})

    def _withdraw_consent(self, at):
        """Record that the customer does not want surveys by any channel any more."""
        self.env["crm.contact.consent"].create(
            [
                {
                    "partner_id": invitation.recipient_id.id or invitation.partner_id.id,
                    "purpose": "survey",
                    "channel_id": False,
                    "status": "withdrawn",
                    "date": at,
                    "source": "web",
                    "evidence": f"{self._name},{invitation.id}",
                }
                for invitation in self
            ]
        )
