from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, clean_context, formatLang

from ..domain import standing

SOURCES = [
    ("survey", "Survey"),
    ("partner", "The customer"),
    ("employee", "A colleague"),
    ("import", "Import"),
    ("third_party", "Third party"),
]
CONFIDENCE = {"survey": 0.9, "partner": 0.95, "employee": 0.6, "import": 0.5, "third_party": 0.3}
OPEN = ("stated", "verified", "disputed")
VALUE_FIELDS = {
    "text": "value_text",
    "integer": "value_integer",
    "float": "value_float",
    "boolean": "value_boolean",
    "date": "value_date",
    "choice": "option_ids",
    "multi": "option_ids",
}
WRITABLE = {"note", "evidence", "evidence_ids"}


class CrmProfileFact(models.Model):
    """One statement about a customer: added, superseded, disputed, verified – never overwritten."""

    _name = "crm.profile.fact"
    _description = "Profile Fact"
    _order = "collected_on desc, id desc"

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="cascade")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one(related="partner_id.company_id", store=True, index="btree_not_null")
    is_company = fields.Boolean(related="partner_id.is_company")
    attribute_id = fields.Many2one("crm.profile.attribute", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(string="Section", related="attribute_id.kind", store=True)
    value_type = fields.Selection(related="attribute_id.value_type")
    question = fields.Char(related="attribute_id.question")
    sensitivity = fields.Selection(related="attribute_id.sensitivity", store=True, index=True)
    value_text = fields.Text("Text")
    value_integer = fields.Integer("Whole Number")
    value_float = fields.Float("Number")
    value_boolean = fields.Boolean("Yes")
    value_date = fields.Date("Day")
    option_ids = fields.Many2many(
        "crm.profile.option", string="Options", domain="[('attribute_id', '=', attribute_id)]"
    )
    option_id = fields.Many2one(
        "crm.profile.option",
        compute="_compute_option_id",
        inverse="_inverse_option_id",
        domain="[('attribute_id', '=', attribute_id)]",
    )
    value_key = fields.Char(
        "Canonical Value", readonly=True, index="btree_not_null", help="For comparisons and groups."
    )
    value_display = fields.Char("Value", compute="_compute_value_display")
    source = fields.Selection(SOURCES, required=True, default="employee")
    source_ref = fields.Char("Where From", help="The answer, file, page or conversation it comes from.")
    origin = fields.Selection(
        [
            ("customer", "Stated by the customer"),
            ("colleague", "Believed by a colleague"),
            ("elsewhere", "From elsewhere"),
        ],
        compute="_compute_origin",
        store=True,
    )
    collected_on = fields.Date("Collected on", required=True, default=fields.Date.context_today)
    expires_on = fields.Date("Expires on", compute="_compute_expires_on", store=True)
    confidence = fields.Float(aggregator="avg", help="How sure we are, from 0 to 1.")
    status = fields.Selection(
        [
            ("stated", "Stated"),
            ("verified", "Verified"),
            ("disputed", "Disputed"),
            ("superseded", "Superseded"),
            ("expired", "Expired"),
        ],
        required=True,
        readonly=True,
        default="stated",
        index=True,
    )
    superseded_by_id = fields.Many2one("crm.profile.fact", "Superseded by", readonly=True, ondelete="set null")
    verified_by_id = fields.Many2one("res.users", "Verified by", readonly=True)
    verified_on = fields.Date("Verified on", readonly=True)
    evidence = fields.Text(help="What proves it.")
    evidence_ids = fields.Many2many(
        "ir.attachment", "crm_profile_fact_evidence_rel", string="Documents", help="Papers or pictures that prove it."
    )
    is_wrong = fields.Boolean("Found Wrong", readonly=True, help="Somebody decided that it is not true.")
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_on = fields.Date("Decided on", readonly=True)
    is_sure = fields.Boolean(
        "Sure",
        compute="_compute_is_sure",
        search="_search_is_sure",
        help="May be used in messages, scripts and prefilled answers.",
    )
    note = fields.Text("Notes")
    is_contested = fields.Boolean(
        "Contradicted",
        compute="_compute_is_contested",
        search="_search_is_contested",
        help="Something else is said about the same thing, and nobody decided yet.",
    )
    user_id = fields.Many2one("res.users", "Recorded by", default=lambda self: self.env.user, readonly=True)

    _confidence_range = models.Constraint("CHECK(confidence BETWEEN 0 AND 1)", "We are sure between 0 and 100 %.")
    _partner_attribute_idx = models.Index("(partner_id, attribute_id, status)")

    # ------------------------------------------------------------------ computes
    @api.depends("source")
    def _compute_origin(self):
        for fact in self:
            if fact.source in standing.CUSTOMER_SOURCES:
                fact.origin = "customer"
            else:
                fact.origin = "colleague" if fact.source == "employee" else "elsewhere"

    @api.depends("collected_on", "attribute_id.retention_months")
    def _compute_expires_on(self):
        for fact in self:
            fact.expires_on = fact.collected_on and standing.expires_on(
                fact.collected_on, fact.attribute_id.retention_months
            )

    @api.depends("status")
    def _compute_is_contested(self):
        contested = self.search([("id", "in", self.ids), ("is_contested", "=", True)])
        for fact in self:
            fact.is_contested = fact in contested

    def _search_is_contested(self, operator, value):
        """Open facts about something of which a disputed fact exists, so that both sides are seen together.

        SQL: the ORM has no join on two columns. Both sides share the attribute, thus the same record rules.
        """
        if operator != "in":
            return NotImplemented
        self.flush_model(["partner_id", "attribute_id", "status"])
        contested = SQL(
            """(SELECT f.id FROM crm_profile_fact f
                 WHERE f.status IN %s AND EXISTS (
                       SELECT 1 FROM crm_profile_fact d
                        WHERE d.partner_id = f.partner_id
                          AND d.attribute_id = f.attribute_id
                          AND d.status = 'disputed'))""",
            OPEN,
        )
        return Domain("id", "in", contested)

    @api.depends("option_ids")
    def _compute_option_id(self):
        for fact in self:
            fact.option_id = fact.option_ids[:1]

    def _inverse_option_id(self):
        """The option is taken up by :meth:`create`."""

    @api.depends("value_key", "option_ids.name")
    @api.depends_context("lang")
    def _compute_value_display(self):
        for fact in self:
            fact.value_display = fact._display_value()

    def _display_value(self):
        self.ensure_one()
        kind = self.attribute_id.value_type
        if kind in ("choice", "multi"):
            return ", ".join(self.option_ids.mapped("name"))
        if kind == "boolean":
            return self.env._("Yes") if self.value_boolean else self.env._("No")
        if kind == "date":
            return self.value_date.strftime(
                self.env["res.lang"]._get_data(code=self.env.lang).date_format or "%Y-%m-%d"
            )
        if kind == "float":
            return formatLang(self.env, self.value_float, digits=0 if self.value_float.is_integer() else 2)
        value = self[VALUE_FIELDS.get(kind, "value_text")]
        return str(value if value is not False else "")

    @api.depends("attribute_id.name", "collected_on")
    def _compute_display_name(self):
        # Never the value: names of related records are shown to those who may not read the record.
        for fact in self:
            fact.display_name = f"{fact.attribute_id.name or ''} ({fact.collected_on or ''})"

    # ------------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super  # _record_round calls it
        """Record each statement as :meth:`_record` does; a mere confirmation returns the fact it confirms.

        :raise UserError: for one that is said to be verified, by nothing
        """
        attributes = self.env["crm.profile.attribute"]
        rows = []
        for vals in vals_list:
            attribute = attributes.browse(vals["attribute_id"])
            rows.append(dict(vals, value=self._value_of_vals(attribute, vals)))
        claimed = [row for row in rows if row.get("status") == "verified" and not (row.get("evidence") or "").strip()]
        if claimed and not self.env.su:
            raise UserError(self.env._("Say what proves it, or add a document."))
        # who recorded or decided it comes from no context
        return self.with_context(clean_context(self.env.context))._record(rows).with_env(self.env)

    def write(self, vals):
        """Only notes and evidence may change; the rest by recording, verifying or disputing.

        :raise UserError: for any other field
        """
        if forbidden := vals.keys() - WRITABLE:
            raise UserError(
                self.env._(
                    "A fact is never overwritten (%(fields)s): record a new one.", fields=", ".join(sorted(forbidden))
                )
            )
        self._check_kept(vals)
        result = super().write(vals)
        if vals.keys() & {"evidence", "evidence_ids"}:
            self.filtered(lambda fact: fact.status == "verified")._check_proof()
        return result

    def _set(self, vals):
        """Write what only this model's own methods may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    def _value_of_vals(self, attribute, vals):
        """The Python value in the typed fields of ``vals``."""
        kind = attribute.value_type
        if kind == "choice" and vals.get("option_id"):
            return self.env["crm.profile.option"].browse(vals["option_id"]).code
        value = vals.get(VALUE_FIELDS[kind], False)
        if kind in ("choice", "multi"):
            options = self.new({"option_ids": value}).option_ids._origin if value else self.env["crm.profile.option"]
            codes = options.mapped("code")
            if kind == "choice":
                return codes[0] if len(codes) == 1 else None
            return codes
        return value

    # ------------------------------------------------------------------ recording
    @api.model
    def _record(self, rows):
        """Record statements.

        :param rows: list of dicts: ``partner_id``, ``attribute_id``, ``value`` (Python value; option codes),
            ``source``, and optionally ``source_ref``, ``collected_on`` (date), ``confidence`` (0–1), ``status``
            (verified), ``evidence``, ``note``
        :return: crm.profile.fact, one for each row: the new fact, or the one it confirms
        :raise UserError: when a value does not fit its attribute, or the attribute not the partner

        The query count does not grow with the rows, as long as no partner is told twice of the same attribute.
        """
        self._check_scope(rows)
        facts, left = {}, list(enumerate(rows))
        while left:
            seen, now, later = set(), [], []
            for item in left:
                key = (item[1]["partner_id"], item[1]["attribute_id"])
                (later if key in seen else now).append(item)
                seen.add(key)
            facts.update(self._record_round(now))
            left = later
        return self.browse([facts[index].id for index in range(len(rows))])

    def _record_round(self, items):
        opens = self._open_facts(items)
        partners = self.env["res.partner"].browse([row["partner_id"] for _index, row in items])
        new_items, changes, facts = [], {}, {}
        for (index, row), partner in zip(items, partners, strict=True):
            vals = self._prepare_fact_vals(row, partner)
            existing = opens.get((row["partner_id"], row["attribute_id"]), self.browse())
            statements = [fact._as_statement() for fact in existing]
            outcome = standing.settle_all(statements, self._new_statement(vals))
            for place, status in outcome.changes.items():
                changes[existing[place]] = (status, index)
            if outcome.new:
                new_items.append((index, dict(vals, status=outcome.new)))
                continue
            confirmed = existing[outcome.refresh] if outcome.refresh is not None else existing._pick(vals["value_key"])
            if outcome.refresh is not None:
                confirmed._set({"collected_on": vals["collected_on"]})
            facts[index] = confirmed
        created = super().create(  # pylint: disable=super-method-mismatch  # create() itself records
            [vals for _index, vals in new_items]
        )
        facts.update({index: fact for (index, _vals), fact in zip(new_items, created, strict=True)})
        # The status of all at once: other fields depend on it, and ask for their records at each write.
        for status in {status for status, _index in changes.values()}:
            self.union(*(fact for fact, (became, _index) in changes.items() if became == status))._set(
                {"status": status, "superseded_by_id": False}
            )
        for fact, (status, index) in changes.items():
            if status == "superseded":
                fact._set({"superseded_by_id": facts[index].id})
        self.union(*(fact for fact in changes if fact.status == "disputed"))._withdraw_own_mirror()
        created.filtered(lambda fact: fact.status in standing.USABLE)._mirror()
        return facts

    def _pick(self, key):
        """The open fact with this value, usable ones first."""
        same = self.filtered(lambda fact: fact.value_key == key)
        return same.sorted(lambda fact: fact.status == "disputed")[:1]

    def _open_facts(self, items):
        """{(partner id, attribute id): open facts}"""
        domain = Domain("partner_id", "in", [row["partner_id"] for _index, row in items])
        domain &= Domain("attribute_id", "in", list({row["attribute_id"] for _index, row in items}))
        domain &= Domain("status", "in", OPEN)
        return self.search(domain).grouped(lambda fact: (fact.partner_id.id, fact.attribute_id.id))

    def _prepare_fact_vals(self, row, partner):
        attribute = self.env["crm.profile.attribute"].browse(row["attribute_id"])
        if not attribute._fits(partner):
            raise UserError(
                self.env._(
                    "“%(attribute)s” does not concern a customer like “%(partner)s”.",
                    attribute=attribute.name,
                    partner=partner.display_name,
                )
            )
        source = row.get("source") or "employee"
        confidence = row.get("confidence")
        verified = row.get("status") == "verified"
        return {
            "partner_id": partner.id,
            "attribute_id": attribute.id,
            "source": source,
            "source_ref": row.get("source_ref") or False,
            "collected_on": fields.Date.to_date(row.get("collected_on")) or fields.Date.context_today(self),
            "confidence": CONFIDENCE[source] if confidence is None or confidence is False else confidence,
            "status": "verified" if verified else "stated",
            "verified_by_id": self.env.uid if verified else False,
            "verified_on": fields.Date.context_today(self) if verified else False,
            "evidence": row.get("evidence") or False,
            "note": row.get("note") or False,
            **attribute._value_vals(row["value"]),
        }

    def _new_statement(self, vals):
        return standing.Statement(
            value=vals["value_key"],
            source=vals["source"],
            on=vals["collected_on"],
            status=vals["status"],
            voice=standing.voice(vals["source"], self.env.uid, vals["source_ref"]),
        )

    def _as_statement(self):
        """The fact as :class:`standing.Statement`."""
        self.ensure_one()
        return standing.Statement(
            value=self.value_key,
            source=self.source,
            on=self.collected_on,
            status=self.status,
            voice=standing.voice(self.source, self.user_id.id, self.source_ref),
        )

    def _mirror(self):
        """Write sure facts to the contact's field their attribute mirrors; restricted ones would be seen there."""
        if not self.env["crm.profile.attribute"]._mirrored_fields():
            return
        mirroring = self.filtered(lambda f: f.attribute_id.partner_field_id and f.sensitivity == "normal" and f.is_sure)
        for fact in mirroring:
            field = fact.attribute_id.partner_field_id.sudo().name
            value = fact.value_key if fact.value_type == "choice" else fact._python_value()
            if fact.partner_id.has_access("write") and fact.partner_id[field] != value:
                fact.partner_id.with_context(profile_mirroring=True)[field] = value

    def _python_value(self):
        """The value as a program wants it: option codes for choices."""
        self.ensure_one()
        kind = self.attribute_id.value_type
        if kind == "choice":
            return self.value_key
        if kind == "multi":
            return (self.value_key or "").split(",")
        return self[VALUE_FIELDS[kind]]
