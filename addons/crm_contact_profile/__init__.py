from . import domain, models, wizards
