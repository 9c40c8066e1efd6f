from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.mimetypes import guess_mimetype

from ..domain.upload import MAX_NAME, refuse

MAX_TEXT = 5000
MAX_SHORT = 120


class CrmServiceCaseEntryMixin(models.AbstractModel):
    """What customers and visitors hand in. Whatever they send is text; nothing of a customer goes back."""

    _name = "crm.service.case.entry.mixin"
    _description = "Entry of Cases"

    suggested_partner_ids = fields.Many2many(
        "res.partner",
        string="Customers with This Address",
        compute="_compute_suggested_partner_ids",
        groups="base.group_user",
    )

    @api.model
    def _check_entry(self, name, files):
        """:param files: ``[(file name, bytes)]``
        :raises UserError: nothing said, or a file that may not come in
        """
        if not (name or "").strip():
            raise UserError(self.env._("Please say in a few words what it is about."))
        problem = refuse([(filename, len(data), guess_mimetype(data)) for filename, data in files])
        texts = {
            "number": self.env._("At most four files, please."),
            "size": self.env._("A file may have up to 5 MB."),
            "type": self.env._("Only photos (JPG, PNG, WEBP, GIF) and PDF files, please."),
        }
        if problem:
            raise UserError(texts[problem])

    @api.model
    def _report_public_sudo(self, company, values, files=()):
        """A visitor reports a problem on the public form. The customer is not looked up: anybody can type any address;
        a colleague confirms who it is.

        :param company: branch the form belongs to
        :param values: what was typed: issue, text, name, email, phone, category_id
        :param files: ``[(file name, bytes)]``
        :return: the new case
        :raises UserError: something is missing or a file is refused

        Runs as superuser: visitors have no access to cases.
        """
        text = {key: (values.get(key) or "").strip() for key in ("issue", "text", "name", "email", "phone")}
        self._check_entry(text["issue"], files)
        email = email_normalize(text["email"])
        if text["email"] and not email:
            raise UserError(self.env._("This e-mail address cannot be right."))
        if not email and not text["phone"]:
            raise UserError(self.env._("Please leave an e-mail address or a phone number, so that we can answer."))
        case = self.sudo().with_company(company)
        case = case.create(
            {
                **self._prepare_entry_vals(text["issue"], text["text"], values.get("category_id"), company),
                "contact_name": text["name"][:MAX_SHORT],
                "contact_email": email or False,
                "contact_phone": text["phone"][:40],
            }
        )
        case._attach_sudo(files)
        return case

    @api.model
    def _report_customer_sudo(self, user, values, files=()):
        """A customer reports a problem on the portal.

        :param user: the customer's user
        :param values: what was typed: issue, text, asset_id, category_id
        :param files: ``[(file name, bytes)]``
        :return: the new case
        :raises UserError: something is missing or a file is refused

        Runs as superuser: customers may not create cases but by this form; their asset is looked up with their rights.
        """
        issue = (values.get("issue") or "").strip()
        self._check_entry(issue, files)
        mine = [("partner_id", "child_of", user.partner_id.commercial_partner_id.ids)]
        mine.append(("id", "=", _number(values.get("asset_id"))))
        asset = self.env["crm.service.asset"].with_user(user).search(mine)
        company = asset.sudo().branch_id or asset.sudo().company_id or user.company_id
        case = (
            self.sudo()
            .with_company(company)
            .create(
                {
                    **self._prepare_entry_vals(issue, values.get("text"), values.get("category_id"), company),
                    "partner_id": user.partner_id.commercial_partner_id.id,
                    "contact_id": user.partner_id.id,
                    "asset_id": asset.id,
                }
            )
        )
        case._attach_sudo(files)
        case.message_subscribe(partner_ids=user.partner_id.ids)
        return case

    @api.model
    def _prepare_entry_vals(self, issue, text, category_id, company):
        category = self._form_categories_sudo(company).filtered(lambda c: c.id == _number(category_id))
        team = (category.team_id or company.sudo().service_team_id).filtered(lambda t: t.company_id == company)
        return {
            "name": issue[:MAX_SHORT],
            "description": (text or "").strip()[:MAX_TEXT],
            "channel_id": self.env.ref("crm_contact_policy.channel_web").id,
            "company_id": company.id,
            "category_id": category.id,
            "team_id": team.id,
            "receiver_id": False,
        }

    @api.model
    def _form_categories_sudo(self, company):
        """:return: the kinds of issue a customer may choose

        Runs as superuser: visitors have no access to the model; only names are shown.
        """
        domain = Domain("is_public", "=", True) & Domain("company_id", "in", [False, *company.sudo().parent_ids.ids])
        return self.env["crm.service.case.category"].sudo().search(domain)

    def _attach_sudo(self, files):
        """Runs as superuser: visitors may not create attachments; they were checked before."""
        self.ensure_one()
        if files:
            self.message_post(
                body=self.env._("Files from the form"),
                attachments=[(name[-MAX_NAME:], data) for name, data in files],
                author_id=self.contact_id.id or self.env.ref("base.partner_root").id,
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )

    def _customer_reply(self, text):
        """The customer adds something on the portal; the controller has checked that the case is theirs.

        :param text: plain text
        :raises UserError: nothing said, or the case is closed
        """
        self.ensure_one()
        text = (text or "").strip()[:MAX_TEXT]
        if not text or self.state in ("closed", "cancelled"):
            raise UserError(self.env._("This case is closed. Please report a new one."))
        author = self.env.context.get("service_author") or self.contact_id.id or self.partner_id.id
        self.message_post(body=text, author_id=author, message_type="comment", subtype_xmlid="mail.mt_comment")

    def action_take_suggested(self):
        """It is the customer found by the address: confirmed by a person.

        :raises UserError: several have this address
        """
        self.ensure_one()
        found = self.suggested_partner_ids
        if len(found.commercial_partner_id) != 1:
            raise UserError(self.env._("Several customers have this address: please choose one."))
        self.write({"partner_id": found.commercial_partner_id.id, "contact_id": found[0].id})

    def _portal_messages_sudo(self):
        """:return: `mail.message` the customer may read, oldest first

        Runs as superuser: authors' names are shown; internal notes stay inside.
        """
        self.ensure_one()
        comment = self.env.ref("mail.mt_comment")
        return (
            self.sudo()
            .message_ids.filtered(
                lambda m: m.message_type in ("comment", "email") and m.subtype_id == comment and not m.is_internal
            )
            .sorted("id")
        )

    @api.model
    def _portal_cards_sudo(self, cases):
        """:return: the same cases, readable by the page

        Runs as superuser: the cards show branch, asset and kind; the cases themselves were found with the customer's
        own rights.
        """
        return cases.sudo()

    @api.depends("contact_email", "contact_phone", "partner_id")
    def _compute_suggested_partner_ids(self):
        for case in self:
            case.suggested_partner_ids = (
                self.env["res.partner"]
                if case.partner_id
                else self._partners_reached_by(case.contact_email) | self._partners_reached_by(case.contact_phone)
            )

    @api.model
    def _partners_reached_by(self, address):
        """:param address: e-mail address or phone number as typed
        :return: up to five customers who have it; record rules hold
        """
        Partner = self.env["res.partner"]
        address = (address or "").strip()
        if "@" in address:
            return Partner.search([("email_normalized", "=", email_normalize(address) or "-")], limit=5)
        if sum(char.isdigit() for char in address) < 8:
            return Partner
        sanitized = Partner._phone_format(number=address, country=self.env.company.country_id)
        domain = Domain("phone_mobile_search", "=", address)
        if sanitized:
            domain |= Domain("phone_sanitized", "=", sanitized)
        return Partner.search(domain, limit=5)


def _number(text):
    return int(text) if str(text or "").isdigit() and len(str(text)) < 10 else 0
