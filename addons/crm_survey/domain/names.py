"""Names that several models share."""

from datetime import timedelta

# Kinds of survey that ask customers.
CUSTOMER_TYPES = ("lifecycle", "qualification", "churn")

# States of an invitation that is not closed yet.
OPEN_STATES = ("planned", "held", "sent", "started", "to_call")

# Stage changes made by people or rules as life goes on. First fills, imports and rebuilds start nothing.
LIVE_TRIGGERS = ("rule", "user", "survey", "contract")

# A transaction that began before a run may commit after it: look back, the event's key keeps twins out.
LOOK_BACK = timedelta(days=1)
