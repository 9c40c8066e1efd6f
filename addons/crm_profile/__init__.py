from . import controllers, domain, engine, models, report, wizards
