from . import test_delivery, test_mailing, test_segment_mailing
