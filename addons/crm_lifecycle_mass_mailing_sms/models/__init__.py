from . import mailing_mailing, mailing_subscription, phone_blacklist, sms_sms
