from . import profile_import, profile_messages
