from datetime import datetime, time, timedelta

import pytz
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..domain.spread import spread
from ..domain.uplift import control_size, uplift

HORIZON_DAYS = 180


class CrmSegmentCampaign(models.Model):
    """Addressing a segment, with a random part left alone, so that one sees what the effort was worth."""

    _name = "crm.segment.campaign"
    _description = "Segment Campaign"
    _inherit = ["mail.thread"]
    _order = "start_on desc, id desc"

    name = fields.Char(required=True)
    segment_id = fields.Many2one("crm.segment", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="segment_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("call", "Calls"), ("list", "A list for a mailing or event")], required=True, default="call"
    )
    channel_id = fields.Many2one(
        "crm.contact.channel",
        default=lambda self: self.env.ref("crm_contact_policy.channel_email"),
        help="How those on the list will be addressed: whoever may not be contacted so for marketing is left out.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("done", "Measured"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    user_ids = fields.Many2many(
        "res.users", string="Callers", help="A customer is called by the own account manager if that is one of them."
    )
    per_day = fields.Integer(string="Calls a day", default=10, required=True, help="For each caller.")
    summary = fields.Char(string="What to say", help="Shown on the calls.")
    product_ids = fields.Many2many("product.product", string="Products Offered")
    product_categ_ids = fields.Many2many("product.category", string="Categories Offered")
    control_percent = fields.Float(
        string="Left alone (%)", default=10.0, required=True, help="A random part not addressed, to compare with."
    )
    start_on = fields.Date(required=True, default=lambda self: self.env.company._lifecycle_today())
    measure_days = fields.Integer(string="Measured for (days)", default=60, required=True)
    end_on = fields.Date(compute="_compute_end_on", store=True)
    line_ids = fields.One2many("crm.segment.campaign.line", "campaign_id")
    treated_count = fields.Integer(string="Addressed", readonly=True, copy=False)
    control_count = fields.Integer(string="Control Group", readonly=True, copy=False)
    excluded_count = fields.Integer(string="Excluded", readonly=True, copy=False)
    treated_share = fields.Float(string="Buyers among Addressed", readonly=True, copy=False)
    control_share = fields.Float(string="Buyers in Control Group", readonly=True, copy=False)
    uplift_share = fields.Float(string="Uplift", readonly=True, copy=False)
    uplift_low = fields.Float(readonly=True, copy=False)
    uplift_high = fields.Float(readonly=True, copy=False)
    extra_amount = fields.Monetary(
        string="Extra Revenue", readonly=True, copy=False, help="Beyond what the control group's spending would give."
    )
    measured_on = fields.Date(readonly=True, copy=False)
    verdict = fields.Char(compute="_compute_verdict")
    plan_words = fields.Char(string="Foreseen", compute="_compute_plan_words")

    _control_range = models.Constraint(
        "CHECK(control_percent >= 0 AND control_percent < 100)", "Leave between 0 and 100 percent alone."
    )
    _per_day_positive = models.Constraint("CHECK(per_day > 0)", "A caller must be able to make a call a day.")
    _days_positive = models.Constraint("CHECK(measure_days > 0)", "Measure for at least one day.")

    @api.depends("start_on", "measure_days")
    def _compute_end_on(self):
        for campaign in self:
            campaign.end_on = campaign.start_on and campaign.start_on + timedelta(days=campaign.measure_days)

    @api.depends("measured_on", "uplift_low", "uplift_high", "control_count", "treated_count")
    @api.depends_context("lang")
    def _compute_verdict(self):
        for campaign in self:
            if not campaign.measured_on:
                campaign.verdict = False
            elif not campaign.control_count or not campaign.treated_count:
                campaign.verdict = self.env._("Nothing to compare with: no control group was left alone.")
            elif campaign.uplift_low > 0:
                campaign.verdict = self.env._("It worked: those addressed bought more often.")
            elif campaign.uplift_high < 0:
                campaign.verdict = self.env._("It did harm: those left alone bought more often.")
            else:
                campaign.verdict = self.env._("No difference that could not be chance.")

    @api.depends("state", "kind", "segment_id", "user_ids", "per_day", "control_percent", "start_on")
    @api.depends_context("lang", "uid")
    def _compute_plan_words(self):
        for campaign in self:
            campaign.plan_words = campaign.state == "draft" and campaign.segment_id and campaign._foresee()

    def _foresee(self):
        """Return in words what the start would do with the segment as it is, before the contact policy is asked."""
        number = self.segment_id.member_count
        alone = control_size(number, self.control_percent)
        addressed = number - alone
        if self.kind == "list":
            return self.env._("%(number)s customers, %(alone)s more left alone.", number=addressed, alone=alone)
        if not addressed or not self.user_ids or self.per_day < 1 or not self.start_on:
            return self.env._("%(number)s calls, %(alone)s customers left alone.", number=addressed, alone=alone)
        days = self._working_days()[: -(-addressed // (len(self.user_ids) * self.per_day))]
        return self.env._(
            "%(number)s calls on %(days)s working days, the last on %(last)s; %(alone)s customers left alone.",
            number=addressed,
            days=len(days),
            last=format_date(self.env, days[-1]) if days else "–",
            alone=alone,
        )

    # -- start ---------------------------------------------------------------------------------------------------------
    def action_start(self):
        """Leave out whom we may not address, draw the control group among the others, and plan the calls.

        :raise UserError: it runs already, the segment is empty, or nobody is there to call
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("The campaign has been started already."))
        if self.kind == "call" and not self.user_ids:
            raise UserError(self.env._("Name at least one caller."))
        self._start_no_earlier_than_today()
        self.segment_id._refresh_sudo()
        self._fill_sudo()
        if not self.line_ids:
            raise UserError(self.env._("Nobody is in the segment “%(name)s”.", name=self.segment_id.name))
        self._leave_out()
        if self.kind == "call":
            self._leave_out_too_many()
        self._draw_sudo()
        if self.kind == "call":
            self._plan_calls()
        self._count()
        self.state = "running"
        return True

    def _start_no_earlier_than_today(self):
        """Begin today what was meant to begin before and was left as a draft.

        Else calls would be planned on days gone by, and purchases from before the first call be counted as its success.
        """
        today = self.company_id._lifecycle_today()
        if self.start_on < today:
            self.start_on = today
            self.message_post(body=self.env._("Started later than planned: it counts from today on."))

    def _fill_sudo(self):
        """Copy the members of the segment."""
        # As superuser: a campaign addresses the whole segment; its lines are written by nobody else.
        self.sudo().env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_segment_campaign_line (campaign_id, company_id, partner_id, state)
                   SELECT %(campaign)s, m.company_id, m.partner_id, 'addressed'
                     FROM crm_segment_member m
                    WHERE m.segment_id = %(segment)s AND m.left_on IS NULL""",
                campaign=self.id,
                segment=self.segment_id.id,
            )
        )
        self.invalidate_recordset(["line_ids"])

    def _draw_sudo(self):
        """Draw the control group among the addressed: by a hash whose order nobody can guess or choose."""
        # As superuser: lines are the suite's own to write.
        self.sudo().env.flush_all()
        addressed = self.sudo().line_ids.search_count([("campaign_id", "=", self.id), ("state", "=", "addressed")])
        self.env.cr.execute(
            SQL(
                """UPDATE crm_segment_campaign_line l SET state = 'control'
                     FROM (SELECT a.id, row_number() OVER (
                                      ORDER BY md5(a.partner_id || '-' || %(campaign)s || '-' || p.create_date),
                                               a.partner_id) AS place
                             FROM crm_segment_campaign_line a JOIN res_partner p ON p.id = a.partner_id
                            WHERE a.campaign_id = %(campaign)s AND a.state = 'addressed') drawn
                    WHERE drawn.id = l.id AND drawn.place <= %(size)s""",
                campaign=self.id,
                size=control_size(addressed, self.control_percent),
            )
        )
        self.line_ids.invalidate_recordset(["state"])

    def _leave_out(self):
        """Exclude whom the contact policy denies, with its reason; remember from when the others may be called.

        Before the draw: the two groups must be of one kind.
        """
        start = max(self._moment(self.start_on), fields.Datetime.now())  # started in the afternoon: what was said today
        company = self.with_company(self.company_id)
        channel = "phone" if self.kind == "call" else self.channel_id.code or "email"
        purpose = "sale" if self.kind == "call" else "marketing"
        partners = company.line_ids.partner_id
        decisions = partners._contact_decisions(channel, purpose, start)
        for line in self.line_ids.sudo():  # lines are the suite's own to write
            decision = decisions[line.partner_id.id]
            if decision.verdict == "deny":
                line.write({"state": "excluded", "reason": decision.reason})
            elif decision.verdict == "hold":
                line.write({"not_before": self._local_day(decision.at), "reason": decision.reason})

    def _moment(self, day):
        """Return the naive UTC moment of ten in the morning of a day, in the company's time zone."""
        local = pytz.timezone(self.company_id._contact_tz()).localize(datetime.combine(day, time(10)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _local_day(self, moment):
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self.company_id._contact_tz())).date()

    def _spread_calls(self):
        """Return who calls whom on which day, the most valuable customers first, and the lines without a day."""
        lines = self.line_ids.filtered(lambda line: line.state == "addressed")
        lines = lines.sorted(lambda line: (-line.amount_total, line.id))
        items = [(line, line.partner_id.user_id, line.not_before or None) for line in lines]
        return spread(items, list(self.user_ids), self._working_days(), self.per_day)

    def _leave_out_too_many(self):
        """Exclude whom nobody would come to call.

        Before the draw: were the least valuable left out of those addressed alone, these would buy more than the
        control group whatever is said to them.
        """
        self._exclude_uncalled(self._spread_calls()[1])

    def _plan_calls(self):
        """Make a call activity for each customer to address, spread over callers and working days."""
        placed, left = self._spread_calls()
        kind = self.env.ref("mail.mail_activity_data_call")
        activities = self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": line.partner_id.id,
                    "activity_type_id": kind.id,
                    "summary": self.summary or self.name,
                    "user_id": user.id,
                    "date_deadline": day,
                    "automated": True,
                }
                for line, user, day in placed
            ]
        )
        for (line, user, day), activity in zip(placed, activities, strict=True):
            line.sudo().write({"activity_id": activity.id, "user_id": user.id, "planned_on": day})
        self._exclude_uncalled(left)

    def _exclude_uncalled(self, lines):
        text = self.env._("No working day is left for a call within %(days)s days.", days=HORIZON_DAYS)
        for line in lines:
            line.sudo().write({"state": "excluded", "reason": text})

    def _working_days(self):
        """Return the working days of the company from the start on."""
        last = self.start_on + timedelta(days=HORIZON_DAYS)
        calendar = self.company_id.resource_calendar_id
        off = calendar._get_unusual_days(
            datetime.combine(self.start_on, time.min), datetime.combine(last, time.max), self.company_id
        )
        days = [self.start_on + timedelta(days=ahead) for ahead in range(HORIZON_DAYS)]
        return [day for day in days if not off.get(fields.Date.to_string(day))]

    def _count(self):
        counts = dict(
            self.env["crm.segment.campaign.line"]._read_group(
                [("campaign_id", "=", self.id)], ["state"], ["__count"]
            )
        )
        self.treated_count = counts.get("addressed", 0)
        self.control_count = counts.get("control", 0)
        self.excluded_count = counts.get("excluded", 0)

    # -- measure -------------------------------------------------------------------------------------------------------
    def action_measure(self):
        """Compare what the two groups bought since the start, up to today or the end of the measurement."""
        self.check_access("write")
        for campaign in self.filtered(lambda campaign: campaign.state in ("running", "done")):
            campaign._measure_sudo(campaign.company_id._lifecycle_today())
        return True

    def _measure_sudo(self, as_of):
        # As superuser: what all customers bought is compared; only shares and sums come out of it.
        self.ensure_one()
        campaign = self.sudo()
        groups = campaign._purchases(min(as_of, campaign.end_on))
        counts, buyers, amounts = ({state: row[place] for state, row in groups.items()} for place in range(3))
        found = uplift(
            buyers.get("addressed", 0),
            counts.get("addressed", 0),
            buyers.get("control", 0),
            counts.get("control", 0),
            amounts.get("addressed", 0.0),
            amounts.get("control", 0.0),
        )
        campaign.write(
            {
                "treated_share": found.treated,
                "control_share": found.control,
                "uplift_share": found.difference,
                "uplift_low": found.low,
                "uplift_high": found.high,
                "extra_amount": found.extra_amount,
                "measured_on": as_of,
                "state": "done" if as_of >= campaign.end_on else "running",
            }
        )

    def _purchases(self, until):
        """Return (customers, buyers, amount) by state of the lines, of the products offered, from the start on."""
        self.env.flush_all()
        categories = self.env["product.category"].search([("id", "child_of", self.product_categ_ids.ids)])
        only = SQL("TRUE")
        if self.product_ids or self.product_categ_ids:
            only = SQL(
                """EXISTS (SELECT 1 FROM product_product pp JOIN product_template pt ON pt.id = pp.product_tmpl_id
                            WHERE pp.id = t.product_id AND (pp.id = ANY(%s) OR pt.categ_id = ANY(%s)))""",
                self.product_ids.ids,
                categories.ids if self.product_categ_ids else [],
            )
        sources = self.env["crm.transaction"].with_context(crm_transaction_since=self.start_on)._sources()
        rows = self.env.execute_query(
            SQL(
                """WITH bought AS (
                       SELECT t.commercial_partner_id AS partner_id, sum(t.amount) AS amount
                         FROM (%(union)s) t
                        WHERE t.company_id = %(company)s AND t.date BETWEEN %(start)s AND %(until)s AND %(only)s
                        GROUP BY t.commercial_partner_id)
                   SELECT l.state, count(*), count(*) FILTER (WHERE b.amount > 0), COALESCE(sum(b.amount), 0)
                     FROM crm_segment_campaign_line l LEFT JOIN bought b ON b.partner_id = l.partner_id
                    WHERE l.campaign_id = %(campaign)s GROUP BY l.state""",
                union=SQL(" UNION ALL ").join(sources),
                company=self.company_id.id,
                start=self.start_on,
                until=until,
                only=only,
                campaign=self.id,
            )
        )
        return {state: row for state, *row in rows}

    @api.model
    def _cron_measure(self):
        """Measure the running campaigns anew every night."""
        campaigns = self.search([("state", "=", "running")])
        for index, campaign in enumerate(campaigns):
            campaign._measure_sudo(campaign.company_id._lifecycle_today())
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(campaigns) - index - 1):
                return

    def action_cancel(self):
        """Stop the campaign and take back the calls not made yet."""
        self.check_access("write")
        self.line_ids.activity_id.filtered("active").unlink()  # a call that was made is archived
        self.write({"state": "cancelled"})
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if self.filtered(lambda campaign: campaign.state in ("running", "done")):
            raise UserError(self.env._("A campaign that was started is kept: cancel it instead."))

    def action_view_lines(self):
        """Open the customers of the campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_segment_campaign_line_action")
        return {**action, "domain": [("campaign_id", "=", self.id)]}
