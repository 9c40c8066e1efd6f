"""What went wrong in a ledger, in the reader's language: what it is, and what to do about it."""


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
    messages = {**_value_messages(env), **_link_messages(env)}
    message = messages.get(error.code, error.code)
    params = {"label": field_label(env, error.field), **error.params}
    if len(str(params.get("value", ""))) > 80:
        params["value"] = str(params["value"])[:77] + "…"
    return message % params


def _value_messages(env):
    return {
        "broken_line": env._("Line %(line)s cannot be read: a quotation mark is opened and not closed."),
        "cell_too_long": env._("A cell has more than %(limit)s characters. Shorten it."),
        "missing": env._("%(label)s is missing. Fill it in."),
        "no_customer": env._("No customer. Give a customer code, an e-mail address or a phone number."),
        "too_many_cells": env._(
            "More cells than the %(columns)s headers. Put quotes around texts that contain the separator."
        ),
        "text_too_long": env._("%(length)s characters are too many. Shorten it to %(limit)s."),
        "duplicate": env._("Reference “%(value)s” was used on line %(line)s already. Give each purchase its own."),
        "number_unreadable": env._("“%(value)s” is not a number as the others of the column. Correct it."),
        "number_ambiguous": env._(
            "“%(value)s” can be read in two ways, as the column uses both. Choose the number format, or write it with"
            " decimals."
        ),
        "number_too_large": env._("“%(value)s” is too large a number. Check the column."),
        "date_unreadable": env._("“%(value)s” is not a date. Write it as 2024-12-31 or 31/12/2024."),
        "date_ambiguous": env._(
            "“%(value)s” can be read in two ways, as the column uses both. Choose the date order, or write 2024-12-31."
        ),
        "date_future": env._("%(value)s lies in the future. Correct the day, or choose the other date order."),
        "date_old": env._("%(value)s lies before 1900. Correct the year."),
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


def file_message(env, error):
    """Return the sentence for a :class:`LedgerError`."""
    messages = {
        "empty": env._("The file is empty."),
        "no_rows": env._("The file has headers but no lines below them."),
        "not_text": env._("This is neither a CSV nor an Excel file. Save the table as CSV (UTF-8) or .xlsx."),
        "not_xlsx": env._("The Excel file is damaged or protected. Save it again as .xlsx, or as CSV (UTF-8)."),
        "old_excel": env._("This is an Excel file of the old kind, or a protected one. Save it as .xlsx."),
        "too_large": env._("More than %(rows)s lines. Split the file, by year for instance."),
    }
    return messages[error.code] % error.params
