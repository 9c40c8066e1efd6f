from . import test_first_purchase
