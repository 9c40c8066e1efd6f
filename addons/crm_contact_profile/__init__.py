from . import domain, models, report, wizards
