/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statements of the product, numbered in catalog order and found by name in an open
 * hash table at most half full. A statement outside the catalog, or one name twice, is a
 * programming error and ends the process.
 */
#include "db/stmt_table.h"

#include "core/buf.h"
#include "core/secret.h"

struct entry {
	const struct stmt *stmt;
	size_t params;
};

static struct {
	struct arena *arena;
	struct entry *entries;
	size_t n;
	uint32_t *slots; /* number + 1; 0: empty */
	size_t mask;
	int64_t schema;
} table;

static size_t
hash_of(const char *name)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 16777619u;
	return h;
}

/* Texts have no "$" in literals; the test that prepares every statement would find one. */
static size_t
count_params(const char *sql)
{
	size_t most = 0;

	for (const char *p = sql; (p = strchr(p, '$')) != NULL; p++) {
		size_t n = (size_t)strtoul(p + 1, NULL, 10);

		if (n > most)
			most = n;
	}
	return most;
}

/* The slot of a name: its own, or the empty one where it would go. */
static size_t
find_slot(const char *name)
{
	size_t i = hash_of(name) & table.mask;

	while (table.slots[i] != 0 &&
	       strcmp(table.entries[table.slots[i] - 1].stmt->name, name) != 0)
		i = (i + 1) & table.mask;
	return i;
}

static size_t
count_statements(const struct catalog *catalog)
{
	size_t n = 0;

	for (size_t i = 0; catalog->lists[i] != NULL; i++)
		for (size_t j = 0; catalog->lists[i][j] != NULL; j++)
			n++;
	return n;
}

static void
add_statement(const struct stmt *stmt)
{
	size_t slot = find_slot(stmt->name);

	if (table.slots[slot] != 0)
		bug("the catalog has two statements named %s", stmt->name);
	table.entries[table.n] = (struct entry){ stmt, count_params(stmt->sql) };
	table.slots[slot] = (uint32_t)++table.n;
}

void
stmt_table_load(const struct catalog *catalog)
{
	size_t total = count_statements(catalog);
	size_t room = 16;

	stmt_table_drop();
	expect(total < UINT16_MAX);
	while (room < total * 2)
		room *= 2;
	table.arena = arena_new(0);
	table.entries = arena_array(table.arena, total + 1, sizeof(struct entry));
	table.slots = arena_array(table.arena, room, sizeof(uint32_t));
	table.mask = room - 1;
	for (size_t i = 0; catalog->lists[i] != NULL; i++)
		for (size_t j = 0; catalog->lists[i][j] != NULL; j++)
			add_statement(catalog->lists[i][j]);
	for (const struct migration *m = catalog->migrations; m->number != 0; m++)
		table.schema = m->number;
}

void
stmt_table_drop(void)
{
	arena_free(table.arena);
	memset(&table, 0, sizeof(table));
}

size_t
stmt_table_size(void)
{
	return table.n;
}

const struct stmt *
stmt_table_at(size_t number)
{
	expect(number < table.n);
	return table.entries[number].stmt;
}

size_t
stmt_table_number(const struct stmt *stmt)
{
	size_t slot;

	if (table.n == 0)
		bug("%s is used before db_open", stmt->name);
	slot = find_slot(stmt->name);
	if (table.slots[slot] == 0)
		bug("statement %s is not in the catalog", stmt->name);
	return table.slots[slot] - 1;
}

size_t
stmt_table_params(size_t number)
{
	expect(number < table.n);
	return table.entries[number].params;
}

void
stmt_table_check(const struct op *op, size_t number, size_t n)
{
	const struct entry *entry = &table.entries[number];
	size_t given = n;

	if (entry->stmt->scope == SCOPE_ACCOUNT) {
		if (op->account_id == NULL)
			bug("statement %s needs an account", entry->stmt->name);
		given++;
	}
	if (given != entry->params)
		bug("statement %s takes %zu values, got %zu", entry->stmt->name, entry->params,
		    given);
}

void
stmt_table_fingerprint(unsigned char out[SHA256_LEN])
{
	struct arena *arena = arena_new(0);
	struct buf all;

	buf_init(&all, arena, 16u << 20);
	for (size_t i = 0; i < table.n; i++) {
		const struct stmt *s = table.entries[i].stmt;

		buf_printf(&all, "%s %d %s\n", s->name, (int)s->scope, s->sql);
	}
	expect(buf_ok(&all));
	secret_sha256(buf_bytes(&all), out);
	arena_free(arena);
}

int64_t
stmt_table_schema(void)
{
	return table.schema;
}
