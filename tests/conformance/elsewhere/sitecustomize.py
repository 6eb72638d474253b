"""A sandbox in a process of its own is heard as well: Python reads this file when it starts, and it writes the calls down.

Only where the run of tests asks for it, and only in the process that runs `python -m sandbox`.
"""

import os
import sys

if "CONFORMANCE_CALLS" in os.environ and sys.orig_argv[1:3] == ["-m", "sandbox"]:
    from tests.conformance.far_calls import FarRecorder

    FarRecorder(os.environ["CONFORMANCE_CALLS"]).start()
