from . import (
    bundles,
    coverage,
    grouping,
    meter,
    recurrence,
    reminders,
    schedule,
    short_link,
    sla,
    upload,
    wording,
    workdays,
)
