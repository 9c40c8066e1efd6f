from . import crm_interaction, mail_blacklist, mailing_mailing, mailing_subscription, mailing_trace, res_partner
