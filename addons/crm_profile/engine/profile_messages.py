"""What is wrong in a file of profiles, in the reader's language: what it is, and what to do about it."""


def field_label(env, name, attributes=None):
    """Return the label of a column's target, "" for the whole line.

    :param attributes: {code: name}
    """
    labels = {
        "ref": env._("Customer code"),
        "name": env._("Name"),
        "email": env._("E-mail"),
        "phone": env._("Phone"),
        "is_company": env._("Is a company"),
        "street": env._("Street"),
        "city": env._("City"),
        "collected_on": env._("Collected on"),
        "source_ref": env._("Where From"),
    }
    if name.startswith("fact:"):
        return (attributes or {}).get(name[5:], name[5:])
    return labels.get(name, "")


def line_message(env, error):
    """Return the sentence for a :class:`LineError`."""
    return told(error, {**value_messages(env), **_contact_messages(env)})


def told(error, messages, **more):
    """Return the sentence of ``messages`` for this :class:`LineError`, long values cut.

    :param more: further parameters of the sentence
    """
    params = {**more, **error.params}
    if len(str(params.get("value", ""))) > 80:
        params["value"] = str(params["value"])[:77] + "…"
    return messages.get(error.code, error.code) % params


def value_messages(env):
    """Return the sentences for cells of any table that cannot be read: {code: sentence}."""
    return {
        "broken_line": env._("Line %(line)s cannot be read: a quotation mark is opened and not closed."),
        "cell_too_long": env._("A cell has more than %(limit)s characters. Shorten it."),
        "too_many_cells": env._(
            "More cells than the %(columns)s headers. Put quotes around texts that contain the separator."
        ),
        "text_too_long": env._("%(length)s characters are too many. Shorten it to %(limit)s."),
        "number_unreadable": env._("“%(value)s” is not a number as the others of the column. Correct it."),
        "number_ambiguous": env._(
            "“%(value)s” can be read in two ways, as the column uses both. Choose the number format, or write it with"
            " decimals."
        ),
        "number_too_large": env._("“%(value)s” is too large a number. Check the column."),
        "not_whole": env._("“%(value)s” is not a whole number."),
        "date_unreadable": env._("“%(value)s” is not a date. Write it as 2024-12-31 or 31/12/2024."),
        "date_ambiguous": env._(
            "“%(value)s” can be read in two ways, as the column uses both. Choose the date order, or write 2024-12-31."
        ),
        "date_future": env._("%(value)s lies in the future. Correct the day, or choose the other date order."),
        "date_old": env._("%(value)s lies before 1900. Correct the year."),
        "boolean_unreadable": env._("“%(value)s” is neither yes nor no."),
        "option_unknown": env._("“%(value)s” is none of the options. Use their names or codes."),
    }


def _contact_messages(env):
    return {
        "no_customer": env._("No customer. Give a customer code, a name, an e-mail address or a phone number."),
        "email_invalid": env._("“%(value)s” is not an e-mail address. Correct it."),
        "phone_invalid": env._("“%(value)s” is not a phone number. Write it with its country code (+84 …)."),
        "duplicate": env._("The same customer as on line %(line)s. Bring both lines together."),
        "unknown": env._("No such customer. Have missing customers created, or correct it."),
        "ambiguous": env._("It fits %(count)s contacts (%(names)s). Give the customer code, or merge the contacts."),
        "other_name": env._(
            "“%(value)s” belongs to %(name)s. Correct it, or choose what to do with the same e-mail or phone."
        ),
        "same_name": env._(
            "There is a contact of this name already, and several people may share it. Give a customer code, an e-mail"
            " address or a phone number."
        ),
        "not_for_such": env._("“%(name)s” does not concern such a customer (person or company)."),
        "out_of_scope": env._("“%(name)s” is not collected of this customer: no running collection plan asks for it."),
        "refused": env._("Refused: %(message)s"),
    }


def file_message(env, error):
    """Return the sentence for a :class:`TableError`."""
    messages = {
        "empty": env._("The file is empty."),
        "no_rows": env._("The file has headers but no lines below them."),
        "not_text": env._("This is neither a CSV nor an Excel file. Save the table as CSV (UTF-8) or .xlsx."),
        "not_xlsx": env._("The Excel file is damaged or protected. Save it again as .xlsx, or as CSV (UTF-8)."),
        "old_excel": env._("This is an Excel file of the old kind, or a protected one. Save it as .xlsx."),
        "too_large": env._("More than %(rows)s lines. Split the file."),
    }
    return messages[error.code] % error.params
