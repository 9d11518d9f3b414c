# SPDX-License-Identifier: Apache-2.0
"""The great storm: 20,000 webhooks of all kinds, a tenth of them twice, over five accounts and eight endpoints, 30 kills."""
import os
import random

from storm import Storm


def test_a_storm_of_webhooks():
    Storm(posts=int(os.environ.get("POSTS", 20000)), kills=int(os.environ.get("KILLS", 30)), rate=400,
          seed=int(os.environ.get("SEED", random.randrange(1 << 30)))).run()
