from . import controllers, domain, models, wizards
