from . import test_delivery, test_mailing, test_purpose, test_segment_mailing, test_sight
