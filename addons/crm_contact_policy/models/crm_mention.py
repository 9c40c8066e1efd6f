from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import without_defaults

SENTIMENTS = [("negative", "Negative"), ("neutral", "Neutral"), ("positive", "Positive")]
SOURCES = [("social", "Social network"), ("forum", "Forum"), ("web", "Web"), ("press", "Press")]


class CrmMention(models.Model):
    """What somebody said in public about us, a customer's affair, or (by a bridge) a competitor."""

    _name = "crm.mention"
    _description = "Mention"
    _order = "date desc, id desc"
    _inherit = ["mail.thread"]
    _privacy = {"report": ("date", "source", "url", "author", "text", "sentiment"), "mask": ("text", "author")}

    name = fields.Char("Title", compute="_compute_name", store=True)
    active = fields.Boolean(default=True)
    source = fields.Selection(SOURCES, required=True, default="social", tracking=True)
    url = fields.Char("Link", index="btree_not_null")
    date = fields.Date(required=True, default=fields.Date.context_today)
    author = fields.Char(help="Who said it, as they call themselves there.")
    text = fields.Text(required=True)
    sentiment = fields.Selection(SENTIMENTS, required=True, default="neutral", tracking=True)
    score = fields.Integer(
        compute="_compute_score", store=True, aggregator="avg", help="−1 negative, 0 neutral, 1 positive"
    )
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null", tracking=True, ondelete="set null")
    commercial_partner_id = fields.Many2one(
        "res.partner",
        "Company or Person",
        related="partner_id.commercial_partner_id",
        store=True,
        index="btree_not_null",
    )
    state_id = fields.Many2one(related="commercial_partner_id.state_id", string="Province")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    user_id = fields.Many2one("res.users", "Found by", default=lambda self: self.env.user, index="btree_not_null")
    is_complaint = fields.Boolean("Complaint", tracking=True)
    interaction_id = fields.Many2one("crm.interaction", readonly=True, copy=False, ondelete="set null")

    @api.depends("text", "author")
    def _compute_name(self):
        for mention in self:
            text = " ".join((mention.text or "").split())
            short = text if len(text) <= 60 else text[:59].rstrip() + "…"
            mention.name = f"{mention.author}: {short}" if mention.author else short

    @api.depends("sentiment")
    def _compute_score(self):
        scores = {"negative": -1, "positive": 1}
        for mention in self:
            mention.score = scores.get(mention.sentiment, 0)

    @api.constrains("url")
    def _check_url(self):
        """A link leads to the web, nowhere else."""
        for mention in self:
            if mention.url and not mention.url.lower().startswith(("http://", "https://")):
                raise ValidationError(self.env._("A link begins with http:// or https://."))

    # ------------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        """:raise UserError: for a mention that names its entry in the ledger itself"""
        for vals in vals_list:
            self._check_entry(vals)
        clean = without_defaults(self, {"interaction_id"})
        mentions = super(CrmMention, clean).create(vals_list).with_env(self.env)
        mentions._record_sudo()
        return mentions

    def _check_entry(self, vals):
        """A mention takes its entry along when it goes: nobody makes another contact its entry."""
        if not self.env.su and vals.get("interaction_id"):
            raise UserError(self.env._("The mention's entry in the ledger is kept by itself."))

    def write(self, vals):
        self._check_entry(vals)
        result = super().write(vals)
        if vals.keys() & {"partner_id", "is_complaint", "date", "text", "source"}:
            self._record_sudo()
        return result

    def unlink(self):
        """A mention that never was leaves no contact behind."""
        entries = self.sudo().interaction_id
        result = super().unlink()
        entries.unlink()
        return result

    def _record_sudo(self):
        """What a customer said in public is a contact coming in: it stands in the ledger, once.

        Sudo: an entry about a record belongs to the engine.
        """
        known = self.sudo().filtered("partner_id")
        channel = {"social": "social", "forum": "social"}
        entries = self.env["crm.interaction"]._ledger_record(
            [
                {
                    "partner_id": mention.partner_id.id,
                    "company_id": mention.company_id.id,
                    "channel": channel.get(mention.source, "web"),
                    "direction": "in",
                    "purpose": "support" if mention.is_complaint else "care",
                    "date": fields.Datetime.to_datetime(mention.date),
                    "user_id": mention.user_id.id,
                    "subject": mention.name,
                    "is_complaint": mention.is_complaint,
                    "res_model": mention._name,
                    "res_id": mention.id,
                }
                for mention in known
            ]
        )
        for mention, entry in zip(known, entries, strict=True):
            if mention.interaction_id != entry:
                mention.interaction_id.unlink()
                mention.interaction_id = entry
        for mention in (self.sudo() - known).filtered("interaction_id"):
            mention.interaction_id.unlink()
