"""The engine beside the models: one bulk read, whole-column decisions, one bulk write of what differs."""
