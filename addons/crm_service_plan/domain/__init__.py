from . import bundles, coverage, grouping, meter, recurrence, reminders, schedule, sla, upload, wording, workdays
