from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..domain.trades import PRESETS

SHOWN = ("what", "code", "name", "now", "then", "is_theirs", "apply")


class CrmTradeChoose(models.TransientModel):
    """Choose the trade: rules, classes, segments and a target profile to begin with, each shown before it is set."""

    _name = "crm.trade.choose"
    _description = "Choose Your Trade"

    trade = fields.Selection(
        [("shop", "Shop"), ("bank", "Bank"), ("clinic", "Clinic"), ("industrial", "Industrial supplier")],
        required=True,
        default=lambda self: self.env.company.lifecycle_trade or "shop",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    line_ids = fields.One2many(
        "crm.trade.choose.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False
    )
    kept_count = fields.Integer(compute="_compute_kept_count")

    @api.depends("trade")
    def _compute_line_ids(self):
        for wizard in self:
            shown = [{name: line[name] for name in SHOWN} for line in wizard._lines()]
            wizard.line_ids = [Command.clear(), *(Command.create(line) for line in shown)]

    @api.depends("line_ids.is_theirs", "line_ids.apply")
    def _compute_kept_count(self):
        for wizard in self:
            wizard.kept_count = len(wizard.line_ids.filtered(lambda line: line.is_theirs and not line.apply))

    @api.model
    def action_open(self):
        """Open the wizard for the current company."""
        wizard = self.create({"company_id": self.env.company.id})
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_trade_choose_action")
        return {**action, "res_id": wizard.id}

    def action_apply(self):
        """Set what is ticked; what people changed and did not tick stays as it is."""
        self.ensure_one()
        self.check_access("write")
        ticked = {(line.what, line.code) for line in self.line_ids.filtered("apply")}
        lines = [line for line in self._lines() if (line["what"], line["code"]) in ticked]
        for line in lines:
            getattr(self, f"_apply_{line['what']}")(line)
        self._remember_sudo({line["code"]: line["value"] for line in lines if line["what"] == "policy"})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _lines(self):
        """Return what the trade would set and is not so yet: dicts of ``SHOWN``, and ``value`` or ``values``."""
        return [*self._policy_lines(), *self._class_lines(), *self._segment_lines(), *self._profile_lines()]

    def _remember_sudo(self, set_values):
        # As superuser: a lifecycle manager may set the rules but not write companies.
        company = self.company_id.sudo()
        values = {**(company.lifecycle_trade_values or {}), **set_values}
        company.write({"lifecycle_trade": self.trade, "lifecycle_trade_values": values})

    # -- what would be set -------------------------------------------------------------------------------------------
    def _preset(self):
        return PRESETS[self.trade]

    def _policies(self):
        found = self.env["crm.lifecycle.policy"].search([("company_id", "=", self.company_id.id)])
        return {policy.customer_kind: policy for policy in found}

    def _kind_name(self, kind):
        return {"person": self.env._("Persons"), "company": self.env._("Companies")}[kind]

    def _policy_lines(self):
        policies = self._policies()
        defaults = self.env["crm.lifecycle.policy"].default_get(list(self._preset().policies["person"]))
        ours = self.company_id.lifecycle_trade_values or {}
        for kind, values in self._preset().policies.items():
            policy = policies.get(kind)
            for name, value in values.items() if policy else ():
                if policy[name] == value:
                    continue
                code = f"{kind}.{name}"
                theirs = policy[name] not in (defaults.get(name), ours.get(code))
                field = policy._fields[name]._description_string(self.env)
                yield {
                    "what": "policy",
                    "code": code,
                    "name": f"{self._kind_name(kind)}: {field}",
                    "now": str(policy[name]),
                    "then": self.env._("0: never by time alone") if name == "ended_days" and not value else str(value),
                    "value": value,
                    "is_theirs": theirs,
                    "apply": not theirs,
                }

    def _class_lines(self):
        model = self.env["crm.value.class"].with_context(active_test=False)
        known = model.search([("company_id", "in", [self.company_id.id, False])])
        theirs = bool(known.filtered(lambda one: not one.code and one.active))
        place = 0
        for preset in self._preset().classes:
            place += 10
            code = f"trade_{preset.kind}_{preset.letter}"
            same = known.filtered(lambda one, code=code: one.code == code and one.company_id == self.company_id)
            vals = self._class_vals(preset, code, place)
            changed = same and (same.is_edited or not same.active)
            if (
                same
                and not changed
                and all(same[name] == value for name, value in vals.items() if name in self._LIMITS)
            ):
                continue
            new = model.new(vals)
            yield {
                "what": "class",
                "code": code,
                "name": self.env._(
                    "Value class %(name)s (%(kind)s)", name=preset.letter, kind=self._kind_name(preset.kind)
                ),
                "now": same.in_words or (self.env._("classes of your own") if theirs else ""),
                "then": new.in_words,
                "values": vals,
                "is_theirs": bool(theirs or changed),
                "apply": not (theirs or changed),
            }

    _LIMITS = ("period_days", "min_orders", "min_amount", "max_complaints")

    def _class_vals(self, preset, code, place):
        return {
            "code": code,
            "name": preset.letter,
            "sequence": place,
            "customer_kind": preset.kind,
            "company_id": self.company_id.id,
            "period_days": preset.days,
            "min_orders": preset.orders,
            "min_amount": self._top_revenue_sudo(preset.kind, preset.top, preset.days) if preset.top else 0.0,
            "max_complaints": preset.complaints,
            "color": {"A": 10, "B": 4, "C": 0}[preset.letter],
        }

    def _top_revenue_sudo(self, kind, share, days):
        """Return the revenue within ``days`` from which on a customer belongs to the best ``share``, roughly."""
        # As superuser: a threshold from all customers' revenue tells nothing of one.
        if self.company_id not in self.env.companies:
            return 0.0
        self.env.flush_all()
        [(revenue,)] = self.env.execute_query(
            SQL(
                """SELECT COALESCE(percentile_disc(%(share)s) WITHIN GROUP (ORDER BY amount_total), 0)::float8
                     FROM crm_lifecycle_status
                    WHERE company_id = %(company)s AND customer_kind = %(kind)s AND amount_total > 0
                      AND last_date > CURRENT_DATE - %(days)s""",
                share=1 - share,
                company=self.company_id.id,
                kind=kind,
                days=days,
            )
        )
        digits = max(0, len(str(int(revenue))) - 2)
        return float(round(revenue, -digits)) if revenue else 0.0

    def _segment_names(self, code):
        """Return name and note of a preset segment."""
        return {
            "trade_first_only": (
                self.env._("Bought only once"),
                self.env._("New customers to bring to a second purchase."),
            ),
            "trade_win_back": (self.env._("Good customers gone quiet"), self.env._("Worth winning back first.")),
            "trade_soon_quiet": (self.env._("Turning quiet"), self.env._("Quiet within 30 days if nothing happens.")),
            "trade_natural": (
                self.env._("Quiet for natural causes"),
                self.env._("Moved, ill, out of season: not unhappy."),
            ),
            "trade_complained": (self.env._("Complained"), self.env._("Customers who complained in the class period.")),
        }[code]

    def _segment_lines(self):
        known = (
            self.env["crm.segment"].with_context(active_test=False).search([("company_id", "=", self.company_id.id)])
        )
        codes = set(known.mapped("code"))
        for code, condition in self._preset().segments.items():
            if code in codes:
                continue
            name, note = self._segment_names(code)
            yield {
                "what": "segment",
                "code": code,
                "name": self.env._("Segment “%(name)s”", name=name),
                "now": "",
                "then": note,
                "values": {"metric_domain": condition},
                "is_theirs": False,
                "apply": True,
            }

    def _profile_lines(self):
        known = self.env["crm.target.profile"].search([("company_id", "=", self.company_id.id)])
        for kind in self._preset().criteria:
            theirs = bool(known.filtered(lambda one, kind=kind: one.customer_kind == kind))
            if theirs:
                continue
            yield {
                "what": "profile",
                "code": kind,
                "name": self.env._("Target profile: %(kind)s", kind=self._kind_name(kind)),
                "now": "",
                "then": self.env._("A draft to be edited; leads are judged by it once you put it to use."),
                "is_theirs": False,
                "apply": True,
            }

    # -- setting it --------------------------------------------------------------------------------------------------
    def _apply_policy(self, line):
        kind, name = line["code"].split(".")
        self._policies()[kind].write({name: line["value"]})

    def _apply_class(self, line):
        model = self.env["crm.value.class"].with_context(active_test=False)
        known = model.search([("code", "=", line["code"]), ("company_id", "=", self.company_id.id)])
        vals = {**line["values"], "is_edited": False}
        if known:
            known.with_context(lifecycle_preset=True).write({**vals, "active": True})
        else:
            model.with_context(lifecycle_preset=True).create(vals)

    def _apply_segment(self, line):
        name, note = self._segment_names(line["code"])
        segment = self.env["crm.segment"].create(
            {"name": name, "note": note, "code": line["code"], "company_id": self.company_id.id, **line["values"]}
        )
        self._translate(
            segment, lambda wizard: dict(zip(("name", "note"), wizard._segment_names(line["code"]), strict=True))
        )

    def _apply_profile(self, line):
        def words(wizard):
            return {"name": wizard.env._("Whom we look for: %(kind)s", kind=wizard._kind_name(line["code"]))}

        profile = self.env["crm.target.profile"].create(
            {
                **words(self),
                "company_id": self.company_id.id,
                "customer_kind": line["code"],
                "criterion_ids": [
                    Command.create(self._criterion_vals(about, place))
                    for place, about in enumerate(self._preset().criteria[line["code"]])
                ],
            }
        )
        self._translate(profile, words)

    def _criterion_vals(self, about, place):
        vals = {"about": about, "sequence": place, "weight": 5 - 2 * min(place, 2)}
        if about == "behaviour":
            stages = self.env["crm.lifecycle.stage"]._ids_by_code()
            vals["stage_ids"] = [Command.set([stages["new"], stages["established"]])]
        elif about == "revenue":
            vals["low"] = self._top_revenue_sudo("company", 0.5, 365)
        return vals

    def _translate(self, record, words):
        """Write the words in every language installed.

        :param words: called with the wizard in a language; returns field → text
        """
        for code, _name in self.env["res.lang"].get_installed():
            texts = words(self.with_context(lang=code))
            translated = {name: text for name, text in texts.items() if record._fields[name].translate}
            record.with_context(lang=code).write(translated)
