from . import test_log_facts, test_mention_import
