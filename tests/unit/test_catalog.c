/* SPDX-License-Identifier: Apache-2.0 */
/* Every statement of the product on a migrated database: it prepares, it stays in its account, and
 * its plan goes through no growing table from end to end. */
#include "store_fixture.h"

#include <ctype.h>

/* Tables that grow with accounts and settings, not with traffic. */
static const char *const small_tables[] = {
	"account", "gateway_state", "users", "instance", "api_key", "endpoint", "endpoint_instance",
};

typedef void see_stmt(struct op *op, const struct stmt *stmt);

static void
for_each(see_stmt *see)
{
	struct op *op = fixture_op();

	for (const struct stmt *const *const *list = store_catalog.lists; *list != NULL; list++)
		for (const struct stmt *const *stmt = *list; *stmt != NULL; stmt++)
			see(op, *stmt);
	op_end(op);
}

static void
every_statement_prepares(void **state)
{
	struct op *op = fixture_op();
	const char *problems = NULL;

	(void)state;
	must(op, db_prepare_all(op, &problems));
	if (!text_empty(problems))
		fail_msg("%s", problems);
	op_end(op);
}

static void
see_name(struct op *op, const struct stmt *one)
{
	size_t same = 0;

	(void)op;
	assert_non_null(strchr(one->name, '.'));
	for (const struct stmt *const *const *list = store_catalog.lists; *list != NULL; list++)
		for (const struct stmt *const *stmt = *list; *stmt != NULL; stmt++)
			same += text_equal((*stmt)->name, one->name);
	if (same != 1)
		fail_msg("%zu statements are called %s", same, one->name);
}

static void
names_are_unique(void **state)
{
	(void)state;
	for_each(see_name);
}

/* The account itself is the one noun whose own id is the scope. */
static void
see_scope(struct op *op, const struct stmt *stmt)
{
	(void)op;
	if (stmt->scope != SCOPE_ACCOUNT)
		return;
	if (strstr(stmt->sql, "account_id = $1") != NULL || strstr(stmt->sql, "(account_id, ") ||
	    strstr(stmt->sql, "FROM account WHERE id = $1") != NULL ||
	    strstr(stmt->sql, "UPDATE account SET ") != NULL)
		return;
	fail_msg("%s does not say account_id = $1", stmt->name);
}

static void
account_statements_name_their_account(void **state)
{
	(void)state;
	for_each(see_scope);
}

/* ---- plans ------------------------------------------------------------------------------- */

/* Does "<table> <alias>" or, for a table without alias, the table itself stand for that name? */
static bool
stands_for(const char *sql, const char *table, const char *name)
{
	const char *p = sql;
	size_t n = strlen(table), m = strlen(name);

	if (text_equal(table, name))
		return true;
	while ((p = strstr(p, table)) != NULL) {
		const char *alias = p + n + 1;

		if (p[n] == ' ' && strncmp(alias, name, m) == 0 &&
		    !isalnum((unsigned char)alias[m]))
			return true;
		p += n;
	}
	return false;
}

static bool
is_small(const char *sql, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(small_tables); i++)
		if (stands_for(sql, small_tables[i], name))
			return true;
	return false;
}

/* An index over some rows only: its text in the migration has a WHERE. Those are of what is open,
 * failed or active, and kept small by the work itself. */
static bool
is_partial(const char *index)
{
	for (const struct migration *m = store_catalog.migrations; m->number != 0; m++) {
		const char *p = strstr(m->sql, index), *line_end;

		if (p == NULL)
			continue;
		line_end = strchr(p, ';');
		p = strstr(p, "WHERE");
		return p != NULL && p < line_end;
	}
	return false;
}

/* "SCAN d USING INDEX delivery_due": the table's name or alias, and the index or "". */
static void
read_scan(struct arena *arena, const char *line, const char **name, const char **index)
{
	const char *using = strstr(line, " INDEX ");

	line += strlen("SCAN ");
	*name = arena_dupn(arena, line, strcspn(line, " "));
	*index = "";
	if (using != NULL)
		*index = arena_printf(arena, "INDEX %.*s ON", (int)strcspn(using + 7, " "),
				      using + 7);
}

static int scans;

/* The name after WITH; "" when there is none. */
static const char *
cte_of(struct op *op, const char *sql)
{
	const char *with = text_starts(sql, "WITH ") ? sql + strlen("WITH ") : NULL;

	if (with == NULL)
		return "";
	if (text_starts(with, "RECURSIVE "))
		with += strlen("RECURSIVE ");
	return arena_dupn(op->arena, with, strcspn(with, " "));
}

/* Rows of a derived table or a CTE of the statement itself: what made them is judged apart. */
static bool
is_derived(struct op *op, const char *sql, const char *name)
{
	const char *cte = cte_of(op, sql);

	return name[0] == '(' || strstr(sql, arena_printf(op->arena, ") AS %s", name)) != NULL ||
	       (cte[0] != '\0' && stands_for(sql, cte, name));
}

static void
see_plan(struct op *op, const struct stmt *stmt)
{
	const char *plan, **lines;
	size_t n;

	must(op, db_plan(op, stmt, &plan));
	lines = text_split(op->arena, plan, '\n', &n);
	for (size_t i = 0; i < n; i++) {
		const char *name, *index;

		if (!text_starts(lines[i], "SCAN "))
			continue;
		read_scan(op->arena, lines[i], &name, &index);
		if (text_starts(name, "CONSTANT") || is_derived(op, stmt->sql, name) ||
		    is_small(stmt->sql, name) || (index[0] != '\0' && is_partial(index)))
			continue;
		print_error("%s: %s\n", stmt->name, lines[i]);
		scans++;
	}
}

static void
no_plan_scans_a_growing_table(void **state)
{
	(void)state;
	scans = 0;
	for_each(see_plan);
	assert_int_equal(scans, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_prepares),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(account_statements_name_their_account),
		cmocka_unit_test(no_plan_scans_a_growing_table),
	};

	return cmocka_run_group_tests(tests, setup_store, teardown_store);
}
