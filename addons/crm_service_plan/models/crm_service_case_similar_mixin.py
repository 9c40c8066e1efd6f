from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..domain.wording import any_word

FOUND = 5


class CrmServiceCaseSimilarMixin(models.AbstractModel):
    """Who solved a case like this, and how."""

    _name = "crm.service.case.similar.mixin"
    _description = "Similar Cases"

    similar_ids = fields.Many2many(
        "crm.service.case", string="Solved Cases Like This", compute="_compute_similar", groups="base.group_user"
    )
    similar_answer_ids = fields.Many2many(
        "crm.service.answer", string="Answers", compute="_compute_similar", groups="base.group_user"
    )

    @api.depends("name", "description", "category_id")
    def _compute_similar(self):
        for case in self:
            text = " ".join(filter(None, [case.name, case.category_id.name, case.description]))
            case.similar_ids = self._find_solved(text, case._origin.id, case.company_id.root_id)
            case.similar_answer_ids = self.env["crm.service.answer"]._find(text, FOUND, any_of=True)

    @api.model
    def _find_solved(self, text, but_id=False, root=None):
        """:param text: what the customer says
        :param but_id: id of a case to leave out
        :param root: root company whose cases are looked through; record rules hold besides
        :return: up to five solved cases, the likest first; two queries
        """
        words = any_word(text)
        if not words:
            return self.browse()
        domain = Domain("state", "in", ("solved", "closed")) & Domain("solution", "!=", False)
        domain &= Domain("id", "!=", but_id or 0)
        if root:
            domain &= Domain("company_id", "child_of", root.ids)
        self.flush_model(["search_text"])
        query = self._search(domain)
        vector = SQL("to_tsvector('simple', %s)", SQL.identifier(self._table, "search_text"))
        wanted = SQL("to_tsquery('simple', %s)", words)
        query.add_where(SQL("%s @@ %s", vector, wanted))
        query.order = SQL("ts_rank(%s, %s, 1) DESC, %s DESC", vector, wanted, SQL.identifier(self._table, "id"))
        query.limit = FOUND
        return self.browse(query)

    def action_reuse(self):
        """Take over the solution of the case in context key `reuse_for` (shown in its form)."""
        self.ensure_one()
        target = self.browse(self.env.context.get("reuse_for")).exists()
        target.check_access("write")
        target.write({"solution": self.solution, "source_case_id": self.id, "answer_id": self.answer_id.id})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_write_answer(self):
        """Open a new answer with the solution: rewritten without the customer, then published."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write an Answer"),
            "res_model": "crm.service.answer",
            "view_mode": "form",
            "context": {
                "default_name": self.name,
                "default_plain": self.solution or "",
                "default_category_id": self.category_id.id,
                "default_case_id": self.id,
            },
        }
