"""`python -m caredesk.config` is the `caredesk` command."""

import sys

from caredesk.config.command import main

sys.exit(main())
