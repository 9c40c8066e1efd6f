from . import meter, reminders, schedule
