"""What a document says about a contact that concerns it. Nothing here knows of Odoo."""

# The longest beginning of a model's name decides; None: contacts about it are not the ledger's.
PURPOSE_OF = {
    "account.": "service",
    "calendar.": None,
    "crm.churn.": "survey",
    "crm.lead": "sale",
    "crm.occasion": "care",
    "crm.service.": "service",
    "crm.service.case": "support",
    "crm.survey.": "survey",
    "digest.": None,
    "discuss.": None,
    "fleet.": None,
    "helpdesk.": "support",
    "hr.": None,
    "mail.": None,
    "mailing.": "marketing",
    "project.": "service",
    "purchase.": None,
    "rating.": None,
    "repair.": "service",
    "res.partner": "sale",
    "res.users": None,
    "sale.": "sale",
    "stock.": "service",
    "survey.": "survey",
}


def purpose_of(model):
    """The purpose of a contact about a document of this ``model``; None when it is none of the ledger's.

    >>> purpose_of("crm.lead"), purpose_of("crm.service.case"), purpose_of("hr.applicant"), purpose_of("pos.order")
    ('sale', 'support', None, 'service')
    """
    for length in range(len(model or ""), 0, -1):
        if model[:length] in PURPOSE_OF:
            return PURPOSE_OF[model[:length]]
    return "service"
