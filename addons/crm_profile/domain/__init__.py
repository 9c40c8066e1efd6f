from . import standing
