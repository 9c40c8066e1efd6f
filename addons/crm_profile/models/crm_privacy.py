from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger, ormcache
from psycopg2 import IntegrityError

AUTHOR = "Customer Lifecycle Suite contributors"
# A person's data goes; a business record stays without what tells who it was about.
UNLINK, BLANK = "unlink", "blank"
DASH = "–"
TRACES = (
    ("mail.message", "model"),
    ("mail.followers", "res_model"),
    ("mail.activity", "res_model"),
    ("ir.attachment", "res_model"),
)


class _OnTrialError(Exception):
    """Undoes a deletion that was only tried."""


class CrmPrivacy(models.AbstractModel):
    """Which of the suite's models hold data of a person, and what becomes of it when that person is to be forgotten.

    Every stored model of the suite with a link to a contact is found by itself, and erased by deleting its rows. A
    model says otherwise, or more, by a class attribute ``_privacy``, a dictionary with any of these keys:

    * ``partner``: names of the fields that lead to the person (default: ``partner_id``, else all links to contacts);
    * ``erase``: ``"unlink"`` (default) or ``"blank"``: the row stays, the fields ``blank`` are emptied;
    * ``report``: names of the fields the customer is told of in the file of everything known (default: none);
    * ``report_domain``: which rows are told (default: all);
    * ``note_fields``, ``note_date``: free text that is emptied after the company's retention of notes;
    * ``drop_date``, ``drop_domain``: rows (all by default) deleted after the company's retention of unreviewed finds.

    The attribute needs no dependency on this addon. A model of Odoo's own is added by extending :meth:`_extra_models`.
    """

    _name = "crm.privacy"
    _description = "Personal Data of the Suite"

    # ------------------------------------------------------------------ register
    @api.model
    def _extra_models(self):
        """{name of a model that is not the suite's own: settings as in ``_privacy``}; extended by addons."""
        return {}

    @api.model
    @ormcache()
    def _suite_modules_sudo(self):
        """Names of the installed addons of the suite.

        Sudo: the list of modules is the administrator's.
        """
        modules = (
            self.env["ir.module.module"]
            .sudo()
            .search([("author", "=", AUTHOR), ("state", "in", ("installed", "to upgrade"))])
        )
        return frozenset(modules.mapped("name"))

    @api.model
    def _privacy_models(self):
        """{model name: settings} of every stored model that holds data of a person."""
        ours, found = self._suite_modules_sudo(), dict(self._extra_models())
        for name, model in self.env.items():
            if model._abstract or model._transient or not model._auto or model._original_module not in ours:
                continue
            settings = dict(getattr(model, "_privacy", None) or {})
            settings.setdefault("partner", self._links_to_person(model))
            if settings["partner"]:
                found[name] = settings
        return found

    @api.model
    def _links_to_person(self, model):
        links = tuple(
            name
            for name, field in model._fields.items()
            if field.type == "many2one" and field.comodel_name == "res.partner" and field.store
        )
        return ("partner_id",) if "partner_id" in links else links

    @api.model
    def _person_domain(self, name, partners):
        """The rows of model ``name`` about these partners."""
        return Domain.OR(Domain(link, "in", partners.ids) for link in self._privacy_models()[name]["partner"])

    @api.model
    def _person_records_sudo(self, name, partners):
        """The rows of model ``name`` about these partners.

        Sudo: what is known of a person is found whoever may see it, in every company.
        """
        return self.env[name].sudo().with_context(active_test=False).search(self._person_domain(name, partners))

    # ------------------------------------------------------------------ erasing
    @api.model
    def _erase_person_sudo(self, partners):
        """Erase everything the suite knows of these persons, and leave the counts.

        Sudo: the caller decided that the person is to be forgotten; nothing may stay because of a role or company.

        :return: {model name: number of rows deleted or emptied}
        """
        done = {}
        for name in self._privacy_models():
            if records := self._person_records_sudo(name, partners):
                done[name] = len(records)
                self._erase_sudo(records)
        return done

    @api.model
    def _erase_sudo(self, records):
        """Delete these rows of one model, or empty them, as the model says.

        Sudo: see :meth:`_erase_person_sudo`. SQL: guards that keep a ledger append-only do not hold against erasure.
        """
        records = records.sudo()
        settings = self._privacy_models().get(records._name, {})
        if hasattr(records, "_privacy_before_erase"):
            records._privacy_before_erase()
        if settings.get("erase", UNLINK) == BLANK:
            self._blank(records, settings.get("blank", ()))
        else:
            self._clear_traces(records)
            self._delete_rows(records)
        self.env["crm.profile.purge.log"]._count_sudo(records._name, len(records), "erased")

    @api.model
    def _clear_traces(self, records):
        """What hangs on the rows by number only, and no foreign key takes along."""
        for model, field in TRACES:
            domain = Domain(field, "=", records._name) & Domain("res_id", "in", records.ids)
            if model == "ir.attachment":  # also those that are the content of a field
                domain &= Domain("res_field", "=", False) | Domain("res_field", "!=", False)
            self.env[model].sudo().with_context(active_test=False).search(domain).unlink()

    @api.model
    def _delete_rows(self, records):
        self.env.flush_all()
        if records:
            self.env.cr.execute(SQL("DELETE FROM %s WHERE id IN %s", SQL.identifier(records._table), records._ids))
            self.env.invalidate_all(flush=False)

    @api.model
    def _blank(self, records, names):
        """Empty these columns by SQL, a required text to a dash: guards against writing do not hold against erasure."""
        fields_by_name = records._fields
        columns = [
            name
            for name in names
            if name in fields_by_name and fields_by_name[name].store and fields_by_name[name].column_type
        ]
        if not (records and columns):
            return
        self.env.flush_all()
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), DASH if fields_by_name[name].required else None) for name in columns
        )
        self.env.cr.execute(
            SQL("UPDATE %s SET %s WHERE id IN %s", SQL.identifier(records._table), assignments, records._ids)
        )
        self.env.invalidate_all(flush=False)
        if "message_ids" in records._fields and not records.env.context.get("privacy_keep_traces"):
            self._clear_traces(records)

    @api.model
    def _anonymise_sudo(self, partners):
        """Take from these contacts everything that tells who they are; the number stays for the books.

        Sudo: see :meth:`_erase_person_sudo`.
        """
        gone = (
            "email",
            "phone",
            "street",
            "street2",
            "zip",
            "city",
            "vat",
            "website",
            "comment",
            "function",
            "image_1920",
            "barcode",
            "ref",
        )
        partners.sudo().user_ids.filtered("share").action_archive()
        for partner in partners.sudo():
            partner.with_context(tracking_disable=True).write(
                {
                    "name": self.env._("Erased person %(number)s", number=partner.id),
                    "active": False,
                    **{name: False for name in gone if name in partner._fields},
                }
            )
            partner.message_ids.sudo().filtered(lambda message: message.message_type != "user_notification").unlink()

    @api.model
    def _is_in_books_sudo(self, partner):
        """Whether anything refuses to lose this contact: services, invoices, orders …

        Sudo: see :meth:`_erase_person_sudo`. Asked of the database: the contact is deleted on trial.
        """
        for name, settings in self._privacy_models().items():
            if settings.get("erase") == BLANK and self._person_records_sudo(name, partner):
                return True
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                partner.sudo().with_context(tracking_disable=True).unlink()
                raise _OnTrialError
        except _OnTrialError:
            return False
        except (IntegrityError, UserError, RedirectWarning):
            return True
        finally:
            self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------------ clocks
    @api.model
    def _today(self):
        return fields.Date.context_today(self)
