from . import test_mailing, test_segment_mailing
