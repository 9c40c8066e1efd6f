from . import test_child, test_competitor_report, test_log_facts, test_mention_import
