import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.crm_contact_policy.models.crm_contact_gate import Decision
from odoo.exceptions import AccessError, LockError, ValidationError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)
RECIPIENTS = {"mailing_domain", "mailing_model_id", "mailing_filter_id", "segment_ids", "segment_campaign_id"}
"""What says who gets a mailing."""


class CrmSegmentMailingMixin(models.AbstractModel):
    """Segments and campaigns as recipients: who is in them when the mailing goes out."""

    _name = "crm.segment.mailing.mixin"
    _description = "Segments as Recipients of a Mailing"

    segment_ids = fields.Many2many(
        "crm.segment",
        "crm_segment_mailing_rel",
        "mailing_id",
        "segment_id",
        string="Segments",
        help="Only customers who are in one of these segments when the mailing goes out; the conditions below narrow"
        " them further.",
    )
    segment_campaign_id = fields.Many2one(
        "crm.segment.campaign",
        string="Campaign of a Segment",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("kind", "=", "list"), ("state", "=", "running")],
        help="Only those whom this campaign addresses: its control group is left alone.",
    )
    spare_control_groups = fields.Boolean(
        default=True,
        help="Leave out who is in the control group of another running campaign: it would no longer tell what that"
        " campaign is worth.",
    )
    is_confidential = fields.Boolean(
        compute="_compute_is_confidential",
        store=True,
        help="Goes to a confidential segment: only those who may see the segment see the mailing and its recipients.",
    )
    segment_company_id = fields.Many2one(
        "res.company",
        string="Company of the Segments",
        compute="_compute_segment_company_id",
        store=True,
        index="btree_not_null",
        help="Only those who work for this company see the mailing and its recipients: they are its customers.",
    )
    recipients_user_id = fields.Many2one(
        "res.users",
        string="Recipients by",
        readonly=True,
        help="Who chose the recipients. The conditions are read with this person's rights: nobody finds by a mailing"
        " what is hidden from him.",
    )
    segment_recipient_count = fields.Integer(
        string="Recipients Now",
        compute="_compute_segment_recipient_count",
        help="Customers in the segments or the campaign now, before the contact policy is asked.",
    )

    @api.depends("segment_ids.is_confidential", "segment_campaign_id.segment_id.is_confidential")
    def _compute_is_confidential(self):
        for mailing in self:
            segments = mailing._segments_sudo()
            mailing.is_confidential = any(segments.mapped("is_confidential"))

    @api.depends("segment_ids.company_id", "segment_campaign_id.segment_id.company_id")
    def _compute_segment_company_id(self):
        for mailing in self:
            mailing.segment_company_id = mailing._segments_sudo().company_id[:1]

    @api.depends("segment_ids", "segment_campaign_id", "mailing_domain", "mailing_model_id")
    @api.depends_context("uid")
    def _compute_segment_recipient_count(self):
        for mailing in self:
            number = 0
            if mailing._shows_segments() and mailing.mailing_model_real == "res.partner":
                number = self.env["res.partner"].search_count(mailing._get_recipients_domain())
            mailing.segment_recipient_count = number

    def _shows_segments(self):
        """Tell whether there are segments, and the reader may see them: by counting he would find who is in one."""
        segments = self._segments_sudo()._origin
        return bool(segments) and (self.env.su or segments.sudo(False).has_access("read"))

    @api.constrains("segment_ids", "segment_campaign_id", "mailing_model_id")
    def _check_segments(self):
        for mailing in self:
            segments = mailing._segments_sudo()
            if not segments:
                continue
            if mailing.mailing_model_real != "res.partner":
                raise ValidationError(self.env._("Segments are customers: choose Contact as recipients."))
            if len(segments.company_id) > 1:
                raise ValidationError(self.env._("Segments of one mailing belong to one company."))

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever makes a mailing answers for its recipients with his rights; who copies one as the system does not."""
        author = {"recipients_user_id": self.env.uid}
        mailings = super().create([{**author, **vals} if self.env.su else {**vals, **author} for vals in vals_list])
        mailings._check_segment_access()
        return mailings

    def write(self, vals):
        """Refuse segments the writer may not see; whoever changes the recipients answers for them with his rights.

        :raise AccessError: then
        """
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name != "recipients_user_id"}
        if vals.keys() & RECIPIENTS and self.env.uid != SUPERUSER_ID:
            vals = {**vals, "recipients_user_id": self.env.uid}
        result = super().write(vals)
        if vals.keys() & {"segment_ids", "segment_campaign_id"}:
            self._check_segment_access()
        return result

    def copy_data(self, default=None):
        """A copy goes to the same segments, or is not made: without them it would go to everybody.

        :raise AccessError: for mailings to segments the user may not see
        """
        default = dict(default or {})
        if "segment_ids" not in default and "segment_campaign_id" not in default:
            self._check_segment_copy()
        if self.env["crm.segment"].has_access("read"):
            return super().copy_data(default)
        # There are none to copy, but even reading and writing “none” asks for access to segments.
        vals_list = super().copy_data({"segment_ids": [], **default})
        for vals in vals_list:
            if not vals["segment_ids"]:
                del vals["segment_ids"]
        return vals_list

    def _check_segment_copy(self):
        if self.env.su:
            return
        for mailing in self:
            segments = mailing._segments_sudo().sudo(False)
            if segments and not segments.has_access("read"):
                raise AccessError(
                    self.env._(
                        "“%(mailing)s” goes to segments you may not see. Somebody who may has to duplicate it.",
                        mailing=mailing.subject,
                    )
                )

    def _check_segment_access(self):
        """Whoever mails a segment must be allowed to see who is in it; a constraint would run as superuser.

        :raise AccessError: when the user may not
        """
        segments = self._segments_sudo().sudo(False)
        if segments and not self.env.su:  # of none, the check would ask for access to the model
            segments.check_access("read")

    def _segments_sudo(self):
        # As superuser: a segment hidden from the reader binds the mailing all the same; nothing of it is told.
        mailing = self.sudo()
        return mailing.segment_ids | mailing.segment_campaign_id.segment_id

    # ------------------------------------------------------------------ recipients
    def _get_recipients_domain(self):
        """Narrow to who is in the segments, or addressed by the campaign, at this moment."""
        domain = self._read_by_author_sudo(super()._get_recipients_domain())
        if self.mailing_model_real != "res.partner":
            return domain
        if not self.id and self._segments_sudo() and not self._shows_segments():
            return Domain.FALSE  # typed, and not checked yet: counting would tell who is in it
        mailing = self.sudo()  # who is meant, whichever segments the sender sees; checked when they were chosen
        if mailing.segment_ids:
            current = [("segment_id", "in", mailing.segment_ids.ids), ("left_on", "=", False)]
            members = mailing.env["crm.segment.member"]._search(current)
            domain &= Domain("id", "in", members.subselect("crm_segment_member.partner_id"))
        if mailing.segment_campaign_id:
            addressed = [("campaign_id", "=", mailing.segment_campaign_id.id), ("state", "=", "addressed")]
            lines = mailing.env["crm.segment.campaign.line"]._search(addressed)
            domain &= Domain("id", "in", lines.subselect("crm_segment_campaign_line.partner_id"))
            if mailing.segment_campaign_id.state == "cancelled":
                domain = Domain.FALSE
        return domain

    def _read_by_author_sudo(self, domain):
        """Return the domain of whom the conditions find for who wrote them, in the company of the mailing.

        The queue reads everything, as superuser, and in a company of its own: whoever may write conditions would learn
        from the list of recipients what the form of a contact keeps from him.
        """
        mailing = self.sudo()
        author = mailing.recipients_user_id or mailing.create_uid
        if not self.env.su or not author or author.id == SUPERUSER_ID:
            return domain
        company = mailing._contact_company()
        company = company if company in author.company_ids else author.company_id
        reader = self.env[self.mailing_model_real].with_user(author).with_context(
            allowed_company_ids=(company | author.company_ids).ids
        )
        try:
            return Domain("id", "in", reader._search(domain))
        except AccessError as refusal:
            _logger.info("Mailing %s goes to nobody: who chose the recipients may not read them: %s", self.id, refusal)
            return Domain.FALSE

    def _get_remaining_recipients(self):
        self._refresh_segments_sudo()
        return super()._get_remaining_recipients()

    def _refresh_segments_sudo(self):
        """Bring segments up to date that were not refreshed today.

        As superuser: as the nightly refresh. Whoever is refreshing one at this moment does it for us.
        """
        for segment in self.sudo().segment_ids:
            if segment.refreshed_on == segment.company_id._lifecycle_today():
                continue
            try:
                segment._refresh_sudo()
            except LockError:
                continue

    # ------------------------------------------------------------------ the gate
    def _contact_company(self):
        """The rules of the segment's company hold."""
        return self._segments_sudo().company_id[:1] or super()._contact_company()

    def _contact_spared_sudo(self, partners, at):
        """{partner id: Decision} of those left alone as control group of a running campaign.

        Sudo: control groups bind whoever sends.
        """
        mailing = self.sudo()
        if not mailing.spare_control_groups or mailing._contact_purpose() != "marketing":
            return {}
        lines = mailing.env["crm.segment.campaign.line"].search(
            [
                ("partner_id", "in", partners.ids),
                ("state", "=", "control"),
                ("campaign_id.state", "=", "running"),
                ("campaign_id", "!=", mailing.segment_campaign_id.id),
                ("company_id", "=", mailing._contact_company().id),
            ]
        )
        return {
            line.partner_id.id: Decision(
                "deny",
                at,
                self.env._("Left alone as control group of the campaign “%(name)s”.", name=line.campaign_id.name),
                "control_group",
            )
            for line in lines
        }
