"""`python -m readq`."""

import sys

from readq.cli.main import main

sys.exit(main())
