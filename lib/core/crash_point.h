/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CRASH_POINT_H
#define CORE_CRASH_POINT_H

/*
 * A named place at which a test has the process die by SIGKILL, as a power cut would. Nothing of
 * it is in a normal build; -DWAGATE_CRASH_POINTS builds it in. WAGATE_CRASH_AT=FILE names a file
 * with "name" or "name:n" for the n-th passage (1 when not said) of whatever process; the passage
 * that dies empties the file first, so that the process that is started in its place lives.
 *
 * tests/system/test_crash_points.py reads the names from the sources and has to know how to get a
 * process to each. Names are string literals, "where.what_is_done".
 */
#ifdef WAGATE_CRASH_POINTS
#define CRASH_POINT(name) crash_point(name)
void crash_point(const char *name);
#else
#define CRASH_POINT(name) ((void)0)
#endif

#endif
