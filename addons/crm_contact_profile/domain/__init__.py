from . import mention_file
