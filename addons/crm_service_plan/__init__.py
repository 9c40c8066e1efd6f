from . import controllers, domain, models, wizard
