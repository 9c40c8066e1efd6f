from . import bundles, grouping, meter, recurrence, reminders, schedule, workdays
