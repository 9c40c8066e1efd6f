from . import test_child, test_log_facts, test_mention_import
