from odoo import api, fields, models
from odoo.fields import Domain

from .crm_service_remind_mixin import REMINDABLE


class CrmServiceVisitReminder(models.Model):
    """What became of one reminder step for one visit; unique, so that nothing goes out twice."""

    _name = "crm.service.visit.reminder"
    _description = "Visit Reminder"
    _order = "id desc"

    visit_id = fields.Many2one("crm.service.visit", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="visit_id.partner_id")
    company_id = fields.Many2one(related="visit_id.company_id", store=True)
    reminder_id = fields.Many2one("crm.service.reminder", "Step", required=True, index=True, ondelete="restrict")
    channel_id = fields.Many2one("crm.contact.channel", required=True, ondelete="restrict")
    interaction_id = fields.Many2one("crm.interaction", index="btree_not_null", ondelete="set null")
    reason = fields.Char(related="interaction_id.reason")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("denied", "Not Allowed"),
            ("skipped", "Too Late"),
            ("withdrawn", "Withdrawn"),
        ],
        default="waiting",
        required=True,
        index=True,
    )
    sent_on = fields.Datetime()
    for_date = fields.Date(
        "For the Visit On", readonly=True, help="A visit that moves is reminded of its new day again."
    )
    mail_id = fields.Many2one("mail.mail", index="btree_not_null", readonly=True, ondelete="set null")
    sms_id = fields.Many2one("sms.sms", index="btree_not_null", readonly=True, ondelete="set null")
    delivery = fields.Selection(
        [("queue", "In the Outbox"), ("failed", "Server Down, Tried Again"), ("sent", "Delivered")],
        compute="_compute_delivery",
        search="_search_delivery",
        help="What the mail or SMS server made of it; a failed one is tried again every hour until the visit.",
    )

    _visit_step_unique = models.Constraint(
        "UNIQUE(visit_id, reminder_id, for_date)", "This step was dealt with already."
    )

    @api.depends("state", "mail_id.state", "sms_id.state")
    def _compute_delivery(self):
        kinds = {"outgoing": "queue", "exception": "failed", "error": "failed", "process": "queue"}
        for log in self:
            mail = log._message_state_sudo()
            log.delivery = kinds.get(mail, "sent") if log.state == "sent" else False

    def _message_state_sudo(self):
        """:return: state of the mail or SMS in Odoo's queue

        Runs as superuser: whoever may see the reminder may know whether it went out; the message itself stays closed.
        """
        self.ensure_one()
        log = self.sudo()
        return log.mail_id.state or log.sms_id.state

    def _search_delivery(self, operator, value):
        if operator != "in":
            return NotImplemented

        def message(mail, sms):
            return Domain("mail_id", "any!", [("state", "in", mail)]) | Domain("sms_id", "any!", [("state", "in", sms)])

        failed = message(("exception",), ("error",))
        queue = message(("outgoing",), ("outgoing", "process"))
        wanted = Domain.FALSE
        if "failed" in value:
            wanted |= failed
        if "queue" in value:
            wanted |= queue
        if "sent" in value:
            wanted |= Domain("state", "=", "sent") & ~failed & ~queue
        return wanted

    @api.model
    def _try_again(self, today):
        """Mails and SMS that their server refused go back into the outbox, as long as they still make sense.

        :param today: date; reminders of visits before it are left as they are, visibly failed
        :return: the reminders tried again
        """
        logs = self.search([("state", "=", "sent"), ("delivery", "in", ["failed"])]).filtered(
            lambda log: (
                log.visit_id.state in REMINDABLE
                and (log.reminder_id.days_before < 0 or log.visit_id.planned_date >= today)
                and log.for_date in (False, log.visit_id.planned_date)
            )
        )
        logs.mail_id.mark_outgoing()
        logs.sms_id.write({"state": "outgoing", "failure_type": False})
        return logs

    def _forget_moved(self):
        """The visit moved: what still waits for its old day is called back."""
        self.filtered(
            lambda log: log.state == "waiting" and log.for_date and log.for_date != log.visit_id.planned_date
        )._withdraw()

    def _link(self, interactions):
        """Remember the booking of those that were held or denied."""
        by_key = {(i.res_id, i.channel_id): i for i in interactions}
        for log in self.filtered(lambda log: not log.interaction_id):
            interaction = by_key.get((log.visit_id.id, log.channel_id))
            if interaction:
                log.interaction_id = interaction
                if interaction.state == "denied":
                    log.state = "denied"

    def _withdraw(self):
        """The visit is closed: what still waits at the gate is called back."""
        waiting = self.filtered(lambda log: log.state == "waiting")
        waiting.interaction_id.filtered(lambda i: i.state in ("planned", "held")).write({"state": "cancelled"})
        waiting.write({"state": "withdrawn"})

    def _note_cancelled(self):
        """What somebody cancelled at the gate, or what failed there for good, waits no longer."""
        self.filtered(lambda log: log.state == "waiting" and log.interaction_id.state == "cancelled").write(
            {"state": "withdrawn"}
        )

    def _give_up_late(self, today):
        """What was to go before the visit and still waits on the day after is called back."""
        self.filtered(
            lambda log: (
                log.state == "waiting" and log.reminder_id.days_before >= 0 and log.visit_id.planned_date < today
            )
        )._withdraw()

    def _send(self):
        """Queue the messages, one template and language at a time, and mark the visits reminded."""
        for code, logs in self.grouped(lambda log: log.channel_id.code).items():
            getattr(logs, f"_send_{code}")()
        self.write({"state": "sent", "sent_on": fields.Datetime.now()})
        due = self.visit_id.filtered(lambda visit: visit.state == "due")
        due.with_context(tracking_disable=True)._move({"state": "reminded"})

    def _send_email(self):
        for template, logs in self.grouped(lambda log: log.reminder_id.template_id).items():
            by_visit = {log.visit_id.id: log for log in logs}
            for mail in template.send_mail_batch(list(by_visit)):
                by_visit[mail.res_id].mail_id = mail
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
        if cron:
            cron._trigger()

    def _send_sms(self):
        values, kept = [], []
        for template, logs in self.grouped(lambda log: log.reminder_id.sms_template_id).items():
            by_visit = {log.visit_id.id: log for log in logs}
            bodies = template._render_field("body", logs.visit_id.ids, compute_lang=True)
            for visit in logs.visit_id:
                number = visit.partner_id.phone_sanitized or visit.partner_id.phone
                values.append({"partner_id": visit.partner_id.id, "number": number, "body": bodies[visit.id]})
                kept.append(by_visit[visit.id])
        for log, sms in zip(kept, self.env["sms.sms"].create(values), strict=True):
            log.sms_id = sms

    def _send_phone(self):
        call = self.env.ref("mail.mail_activity_data_call")
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.service.visit"),
                    "res_id": visit.id,
                    "activity_type_id": call.id,
                    "summary": self.env._("Remind the customer of the service"),
                    "date_deadline": fields.Date.context_today(self),
                    "user_id": (visit.user_id or self.env.user).id,
                }
                for visit in self.visit_id
            ]
        )
