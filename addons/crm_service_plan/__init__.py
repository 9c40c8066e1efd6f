from . import controllers, domain, models, report, wizard
