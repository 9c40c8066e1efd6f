from . import test_access
from . import test_competitor
from . import test_fact
from . import test_merge
from . import test_plan
from . import test_restricted
from . import test_standing
