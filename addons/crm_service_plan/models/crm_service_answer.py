from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, is_html_empty, plaintext2html
from odoo.tools.mail import html2plaintext

from ..domain.wording import all_words, any_word, fold, leaks


class CrmServiceAnswer(models.Model):
    """An answer written for everybody: what to do when … Cases are never published, answers are."""

    _name = "crm.service.answer"
    _description = "Service Answer"
    _inherit = ["mail.thread"]
    _order = "sequence, id desc"

    name = fields.Char("Question", required=True, translate=True, tracking=True)
    body = fields.Html(
        "Answer",
        translate=True,
        sanitize_attributes=True,
        sanitize_form=True,
        compute="_compute_body",
        store=True,
        readonly=False,
        precompute=True,
    )
    plain = fields.Text(store=False, help="Text to begin with.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    category_id = fields.Many2one("crm.service.case.category", "Kind")
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
    )
    case_id = fields.Many2one(
        "crm.service.case", "Written After", copy=False, groups="crm_service_plan.group_user", index="btree_not_null"
    )
    published_on = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    use_count = fields.Integer("Used", compute="_compute_use_count", groups="crm_service_plan.group_user")
    search_text = fields.Text(compute="_compute_search_text", store=True, groups="base.group_system")

    _search_idx = models.Index("USING gin (to_tsvector('simple', search_text))")

    @api.depends("plain")
    def _compute_body(self):
        for answer in self:
            if answer.plain and is_html_empty(answer.body):
                answer.body = plaintext2html(answer.plain)

    @api.depends("name", "body", "category_id.name")
    def _compute_search_text(self):
        for answer in self:
            words = [
                *self._all_languages(answer, "name"),
                *self._all_languages(answer.category_id, "name"),
                *(html2plaintext(body) for body in self._all_languages(answer, "body")),
            ]
            answer.search_text = fold(" ".join(words))

    @api.model
    def _all_languages(self, record, name):
        langs = [code for code, __ in self.env["res.lang"].get_installed()] if record.id else []
        texts = [record[name], *(record.with_context(lang=lang)[name] for lang in langs)]
        return list(dict.fromkeys(filter(None, texts)))

    def _compute_use_count(self):
        counts = dict(
            self.env["crm.service.case"]._read_group([("answer_id", "in", self.ids)], ["answer_id"], ["__count"])
        )
        for answer in self:
            answer.use_count = counts.get(answer, 0)

    @api.constrains("state", "name", "body", "case_id")
    def _check_no_customer(self):
        """Nothing of the customer whose case it was may stand in what everybody reads."""
        for answer in self.filtered(lambda answer: answer.state == "published").sudo():
            case = answer.case_id
            people = case.partner_id | case.contact_id | case.partner_id.commercial_partner_id
            secrets = [*people.mapped("name"), *people.mapped("email"), *people.mapped("phone")]
            secrets += [case.contact_name, case.contact_email, case.contact_phone, case.asset_id.code, case.number]
            text = " ".join([*self._all_languages(answer, "name"), *self._all_languages(answer, "body")])
            if found := leaks(html2plaintext(text), secrets):
                raise ValidationError(
                    self.env._("Everybody reads a published answer. Take out: %(words)s", words=", ".join(set(found)))
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("state", "draft") != "draft" for vals in vals_list):
            self._refuse_state()
        return super().create(vals_list)

    def write(self, vals):
        """:raise UserError: publishing is done by its buttons"""
        if not self.env.su and vals.keys() & {"state", "published_on", "published_by_id", "search_text"}:
            self._refuse_state()
        return super().write(vals)

    def _move(self, vals):
        """Write what only the buttons may change."""
        return super().write(vals)  # pylint: disable=super-method-mismatch  # write() itself refuses

    def _refuse_state(self):
        raise UserError(self.env._("Use the buttons to publish an answer or to take it back."))

    def action_publish(self):
        """Everybody may read it from now on.

        :raises UserError: it is empty
        """
        self.check_access("write")
        for answer in self:
            if is_html_empty(answer.body):
                raise UserError(self.env._("An empty answer helps nobody."))
        self._move({"state": "published", "published_on": fields.Datetime.now(), "published_by_id": self.env.uid})

    def action_withdraw(self):
        """Take it back: only colleagues see it."""
        self.check_access("write")
        self._move({"state": "draft"})

    def action_use(self):
        """Answer the case in context key `reuse_for` with it."""
        self.ensure_one()
        case = self.env["crm.service.case"].browse(self.env.context.get("reuse_for")).exists()
        case.check_access("write")
        case.write({"solution": html2plaintext(self.body or ""), "answer_id": self.id})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_view_page(self):
        """Open the page customers see."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/service/answers/{self.id}", "target": "new"}

    @api.model
    def _find(self, text, limit=20, any_of=False, domain=None):
        """:param text: words, with or without accents
        :param any_of: any of the words, not all of them
        :param domain: which answers; record rules hold besides
        :return: answers, the best first
        """
        words = any_word(text) if any_of else all_words(text)
        if not words:
            return self.browse()
        self.flush_model(["search_text"])
        query = self._search(Domain(domain or Domain.TRUE))
        vector = SQL("to_tsvector('simple', %s)", SQL.identifier(self._table, "search_text"))
        wanted = SQL("to_tsquery('simple', %s)", words)
        query.add_where(SQL("%s @@ %s", vector, wanted))
        query.order = SQL("ts_rank(%s, %s, 1) DESC, %s DESC", vector, wanted, SQL.identifier(self._table, "id"))
        query.limit = limit
        return self.browse(query)

    @api.model
    def _published_sudo(self, text="", company=None, limit=50, only=None):
        """:return: published answers for the public page (``only``: this id), those that hold all the words first

        Runs as superuser: visitors have no access to the model; only what is published leaves.
        """
        answers = self.sudo()
        domain = Domain("state", "=", "published") & Domain("company_id", "in", [False, *company.sudo().parent_ids.ids])
        if only is not None:
            domain &= Domain("id", "=", only)
        if fold(text):
            return answers._find(text, limit, domain=domain) or answers._find(text, limit, any_of=True, domain=domain)
        return answers.search(domain, limit=limit)
