# SPDX-License-Identifier: Apache-2.0
"""The small storm; the great one, with 20,000 webhooks and 30 kills, is in tests/faults."""
import os
import random

from storm import Storm


def test_no_webhook_is_lost_doubled_or_late_while_others_fail_and_processes_die():
    Storm(posts=2000, kills=5, rate=200, seed=int(os.environ.get("SEED", random.randrange(1 << 30)))).run()
