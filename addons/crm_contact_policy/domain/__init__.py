from . import holidays_vn, rules
