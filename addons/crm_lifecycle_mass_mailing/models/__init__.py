from . import (
    crm_interaction,
    crm_segment,
    crm_segment_campaign,
    mail_blacklist,
    mailing_mailing,
    mailing_mailing_segment,
    mailing_subscription,
    mailing_trace,
    res_partner,
)
