from . import bundles, grouping, meter, recurrence, reminders, schedule, workdays
from . import coverage, meter, reminders, schedule, sla, upload, wording
