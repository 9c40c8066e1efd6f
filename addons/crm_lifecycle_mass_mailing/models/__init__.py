from . import (
    crm_interaction,
    crm_segment,
    crm_segment_campaign,
    crm_segment_mailing_mixin,
    mail_blacklist,
    mail_mail,
    mailing_mailing,
    mailing_mailing_purpose,
    mailing_subscription,
    mailing_trace,
    res_partner,
)
