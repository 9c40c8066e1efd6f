from . import controllers, domain, models, report, wizards
