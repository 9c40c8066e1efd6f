"""What went wrong in a ledger, in the reader's language: what it is, and what to do about it."""

from odoo.addons.crm_profile.engine.profile_messages import told, value_messages


def field_label(env, name):
    """Return the label of a ledger field, "" for the whole line."""
    labels = {
        "external_ref": env._("Reference"),
        "customer": env._("Customer code"),
        "email": env._("E-mail"),
        "phone": env._("Phone"),
        "name": env._("Customer name"),
        "date": env._("Date"),
        "amount": env._("Amount"),
        "quantity": env._("Quantity"),
        "product": env._("Product"),
        "channel": env._("Channel"),
        "note": env._("Note"),
    }
    return labels.get(name, "")


def line_message(env, error):
    """Return the sentence for a :class:`LineError`."""
    messages = {**value_messages(env), **_ledger_messages(env), **_link_messages(env)}
    return told(error, messages, label=field_label(env, error.field))


def _ledger_messages(env):
    return {
        "missing": env._("%(label)s is missing. Fill it in."),
        "no_customer": env._("No customer. Give a customer code, an e-mail address or a phone number."),
        "duplicate": env._("Reference “%(value)s” was used on line %(line)s already. Give each purchase its own."),
    }


def _link_messages(env):
    return {
        "customer_unknown": env._(
            "No customer “%(value)s”. Correct it, create the contact, or have missing customers created."
        ),
        "customer_ambiguous": env._(
            "“%(value)s” fits %(count)s contacts (%(names)s). Give the customer code, or merge the contacts."
        ),
        "email_invalid": env._("“%(value)s” is not an e-mail address. Correct it, or give a customer code."),
        "phone_invalid": env._(
            "“%(value)s” is not a phone number. Write it with its country code (+84 …), or give a customer code."
        ),
        "product_unknown": env._(
            "No product with code, barcode or name “%(value)s”. Correct it, create the product, or leave it empty."
        ),
        "product_ambiguous": env._("Several products are called “%(value)s”. Give the internal reference."),
        "channel_unknown": env._("No channel “%(value)s”. Use one of the contact channels, or leave it empty."),
        "channel_ambiguous": env._("Several channels are called “%(value)s”. Give its code."),
    }
