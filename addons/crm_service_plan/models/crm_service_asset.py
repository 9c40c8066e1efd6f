from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..domain.meter import daily_rate


class CrmServiceAsset(models.Model):
    """What we serve: a vehicle, a machine, a contract's object. Belongs to the root company, served by every branch."""

    _name = "crm.service.asset"
    _description = "Serviced Asset"
    _inherit = ["mail.thread", "mail.activity.mixin", "image.mixin"]
    _order = "code, id"
    _rec_names_search = ["code", "name", "partner_id.name"]
    # What was serviced stays in the books, without words about its owner.
    _privacy = {
        "erase": "blank",
        "blank": ("note",),
        "report": ("code", "name", "product_id", "company_id", "start_date", "warranty_end"),
    }

    code_key = fields.Char(
        compute="_compute_code_key",
        store=True,
        index=True,
        help="The code without blanks and signs, as it is looked for.",
    )
    lookup = fields.Char("Serial, Name or Owner", compute="_compute_lookup", search="_search_lookup")
    code = fields.Char(
        "Serial / Plate", required=True, copy=False, tracking=True, help="Plate, chassis or serial number; unique."
    )
    name = fields.Char("Description", required=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one("res.partner", "Owner", required=True, index=True, tracking=True, ondelete="restrict")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    product_id = fields.Many2one("product.product", ondelete="restrict", index="btree_not_null")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,
        help="The root company: all its branches may open and serve the asset.",
    )
    branch_id = fields.Many2one("res.company", "Sold By", help="Branch that sold or registered the asset.")
    start_date = fields.Date("In Use Since", default=fields.Date.context_today)
    warranty_end = fields.Date("Warranty Until", tracking=True)
    warranty_state = fields.Selection(
        [("valid", "In Warranty"), ("over", "Warranty Over"), ("none", "No Warranty")],
        compute="_compute_warranty_state",
    )
    meter_unit = fields.Char(help="What the meter counts: km, hours, cycles … Empty if there is no meter.")
    reading_ids = fields.One2many("crm.service.meter.reading", "asset_id", "Readings")
    meter_value = fields.Float("Meter", readonly=True, copy=False, digits=(16, 1))
    meter_date = fields.Date("Read On", readonly=True, copy=False)
    meter_rate = fields.Float(
        "Use a Day", readonly=True, copy=False, digits=(16, 2), help="Meter units a day, last year."
    )
    subscription_ids = fields.One2many("crm.service.subscription", "asset_id", "Plans")
    visit_ids = fields.One2many("crm.service.visit", "asset_id", "Visits")
    visit_count = fields.Integer(compute="_compute_visit_count")
    owner_ids = fields.One2many("crm.service.asset.owner", "asset_id", "Owners", groups="base.group_user")
    history_ids = fields.One2many("crm.service.history", "asset_id", groups="base.group_user")
    next_due = fields.Date("Next Service", compute="_compute_next_due")
    note = fields.Html(groups="base.group_user")

    _code_unique = models.Constraint("UNIQUE(company_id, code)", "Another asset has this serial number already.")

    @api.depends("code")
    def _compute_code_key(self):
        for asset in self:
            asset.code_key = self._key_of(asset.code)

    @api.depends("code")
    def _compute_lookup(self):
        for asset in self:
            asset.lookup = asset.code

    def _search_lookup(self, operator, value):
        """By code however it is written or scanned, by name, by owner."""
        if operator not in ("ilike", "=", "in") or not value:
            return NotImplemented
        words = [value] if isinstance(value, str) else list(value)
        return Domain.OR(
            Domain("code_key", "ilike", self._key_of(word) or word)
            | Domain("code", "ilike", word)
            | Domain("name", "ilike", word)
            | Domain("partner_id", "ilike", word)
            for word in words
        )

    @api.model
    def _key_of(self, code):
        return "".join(character for character in (code or "") if character.isalnum()).upper()

    @api.model
    def _search_display_name(self, operator, value):
        found = super()._search_display_name(operator, value)
        if operator == "ilike" and isinstance(value, str) and (key := self._key_of(value)):
            found |= Domain("code_key", "ilike", key)
        return found

    @api.depends("branch_id")
    def _compute_company_id(self):
        for asset in self:
            asset.company_id = (asset.branch_id or asset.company_id or self.env.company).root_id

    @api.depends_context("service_as_of")
    @api.depends("warranty_end")
    def _compute_warranty_state(self):
        today = self.env.context.get("service_as_of") or fields.Date.context_today(self)
        for asset in self:
            asset.warranty_state = (
                "none" if not asset.warranty_end else "valid" if asset.warranty_end >= today else "over"
            )

    @api.depends("visit_ids")
    def _compute_visit_count(self):
        counts = dict(
            self.env["crm.service.visit"]._read_group([("asset_id", "in", self.ids)], ["asset_id"], ["__count"])
        )
        for asset in self:
            asset.visit_count = counts.get(asset._origin, 0)

    @api.depends("subscription_ids.next_due")
    def _compute_next_due(self):
        rows = dict(
            self.env["crm.service.subscription"]._read_group(
                [("asset_id", "in", self.ids), ("state", "=", "active")], ["asset_id"], ["next_due:min"]
            )
        )
        for asset in self:
            asset.next_due = rows.get(asset._origin, False)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for asset in self:
            asset.display_name = f"{asset.name} · {asset.code}" if asset.code else asset.name

    @api.constrains("company_id")
    def _check_root_company(self):
        for asset in self:
            if asset.company_id.parent_id:
                raise ValidationError(
                    self.env._("%(asset)s must belong to the head company, not to a branch.", asset=asset.display_name)
                )

    @api.constrains("warranty_end", "start_date")
    def _check_warranty(self):
        for asset in self:
            if asset.warranty_end and asset.start_date and asset.warranty_end < asset.start_date:
                raise ValidationError(
                    self.env._("The warranty of %(asset)s ends before it begins.", asset=asset.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        assets = super().create(vals_list)
        assets._record_owner_sudo()
        return assets

    def write(self, vals):
        """A new owner takes the asset over, with its plans and open visits."""
        if not self.env.su and {"meter_value", "meter_date", "meter_rate"} & vals.keys():
            raise UserError(self.env._("The meter follows its readings: add a reading."))
        moved = self.filtered(lambda a: vals.get("partner_id") and a.partner_id.id != vals["partner_id"])
        result = super().write(vals)
        if moved:
            moved._transfer_sudo(vals["partner_id"])
        return result

    def _transfer_sudo(self, partner_id):
        """A new owner: what is open goes over to them, the history keeps who it was done for.

        Context key ``service_end_plans``: the service plans end instead of going over; ``service_transfer_date``: when
        it changed hands, default today.

        Runs as superuser: the former owner keeps no visit and no link, at whatever branch.
        """
        self._record_owner_sudo()
        assets = self.sudo()
        Visit = assets.env["crm.service.visit"]
        subscriptions = assets.env["crm.service.subscription"].search(
            [("asset_id", "in", self.ids), ("state", "!=", "ended")]
        )
        if self.env.context.get("service_end_plans"):
            subscriptions.action_end()
        else:
            subscriptions.write({"partner_id": partner_id})
        visits = Visit.search(Visit._get_open_domain() & Domain("asset_id", "in", self.ids))
        visits.with_context(service_machine=True).write({"partner_id": partner_id})
        visits._renew_link()

    def _record_owner_sudo(self):
        """Close the former ownership and open the new one. Runs as superuser: written by this method alone."""
        day = self.env.context.get("service_transfer_date") or fields.Date.context_today(self)
        Owner = self.env["crm.service.asset.owner"].sudo()
        current = Owner.search([("asset_id", "in", self.ids), ("date_to", "=", False)])
        current.write({"date_to": day})
        Owner.create([{"asset_id": asset.id, "partner_id": asset.partner_id.id, "date_from": day} for asset in self])

    def action_transfer(self):
        """Dialog: a new owner."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Owner: %(asset)s", asset=self.display_name),
            "res_model": "crm.service.asset.transfer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_asset_id": self.id},
        }

    def action_new_visit(self):
        """A visit out of turn: warranty, repair."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Visit"),
            "res_model": "crm.service.visit",
            "view_mode": "form",
            "context": {"default_asset_id": self.id, "default_partner_id": self.partner_id.id},
        }

    def action_view_history(self):
        """All that ever happened to the asset, at any branch."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_history_action")
        action["domain"] = [("asset_id", "=", self.id)]
        return action

    def _schedule_rows(self):
        """:return: `crm.service.occurrence`: what is planned for the present owner, at most 100, by day"""
        self.ensure_one()
        mine = self.subscription_ids.filtered(
            lambda s: (
                s.partner_id.commercial_partner_id == self.partner_id.commercial_partner_id and s.state == "active"
            )
        )
        rows = self.env["crm.service.occurrence"].search(
            [("subscription_id", "in", mine.ids), ("state", "in", ("planned", "visit"))], limit=100
        )
        return rows.sorted("due_date")

    def _own_visits(self):
        """:return: visits done for, or planned with, the present owner: what the portal shows of the history"""
        self.ensure_one()
        owner = self.partner_id.commercial_partner_id
        return self.visit_ids.filtered(lambda v: v.partner_id.commercial_partner_id == owner and v.state != "cancelled")

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.env._("Service schedule %(code)s", code=self.code)

    def action_view_visits(self):
        """Visits of the asset: its whole service history."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_visit_action_history")
        action["domain"] = [("asset_id", "=", self.id)]
        action["context"] = {"default_asset_id": self.id, "default_partner_id": self.partner_id.id}
        return action

    def _refresh_meter_sudo(self, as_of=None):
        """Renew value, day and rate from the believed readings and re-date what depends on them.

        Runs as superuser: the figures are derived; whoever may record a reading may not write the asset otherwise.
        """
        assets = self.sudo()
        groups = (
            assets.env["crm.service.meter.reading"]
            .search([("asset_id", "in", assets.ids), ("state", "=", "accepted")], order="asset_id, date, id")
            .grouped("asset_id")
        )
        for asset in assets:
            readings = [(r.date, r.value) for r in groups.get(asset, ())]
            day, value = readings[-1] if readings else (False, 0.0)
            asset.write({"meter_value": value, "meter_date": day, "meter_rate": daily_rate(readings)})
        series = assets.env["crm.service.series"].search(
            [
                ("subscription_id.asset_id", "in", assets.ids),
                ("subscription_id.state", "=", "active"),
                ("task_id.usage", ">", 0),
            ]
        )
        series._replan(as_of)

    def _locate(self, code):
        """Find an asset by its exact code, whatever its case, blanks and signs.

        :param code: serial number or plate as typed or scanned
        :return: `crm.service.asset`, empty if there is none
        """
        return self.search([("code_key", "=", self._key_of(code) or False)])

    @api.model
    def _portal_cards_sudo(self, assets):
        """:return: the same assets, readable by the page

        Runs as superuser: the cards show plans and next dates, which customers cannot read; the assets themselves were
        found with the customer's own rights.
        """
        return assets.sudo()
