"""`python -m leeszaal` is `leeszaal`."""

import sys

from leeszaal.cli import main

sys.exit(main())
