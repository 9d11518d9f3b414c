# SPDX-License-Identifier: Apache-2.0
"""Every road to every point at which a send can be killed, in every dialect."""
from test_crash_points import graph, guarded, lead_through, proxy, stage  # noqa: F401 (stage is a fixture)


def test_a_send_that_dies_anywhere_in_any_dialect_is_told_truly_and_never_doubled(stage):  # noqa: F811
    lead_through(stage, [guarded, proxy, graph], None)
