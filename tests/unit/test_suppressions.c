/* SPDX-License-Identifier: Apache-2.0 */
/* The suppression list in the database: adding, lifting, and the guard that a send's batch carries.
 */
#include "store_fixture.h"

#include "gateway/suppressions.h"
#include "store/recipient_store.h"
#include "store/suppression_store.h"

static const char phone[] = "966500000001";

static enum rc
add(const char *written, const char *reason)
{
	struct op *op = fixture_op();
	struct suppression added;
	enum rc rc = gateway_add_suppression(op, &added, written, reason, "cli", NULL);

	op_end(op);
	return rc;
}

static enum rc
lift(const char *ref)
{
	struct op *op = fixture_op();
	enum rc rc = gateway_lift_suppression(op, ref, "they asked");

	op_end(op);
	return rc;
}

/* What a send of this purpose to this recipient meets. */
static enum rc
guard(const char *recipient, const char *purpose)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	int index = suppression_store_guard(batch, recipient, purpose, "authentication",
					    (struct instant){ 0 });
	enum rc rc = db_commit(op, batch);

	assert_int_equal(batch_missed(batch), rc == RC_OK ? -1 : index);
	op_end(op);
	return rc;
}

static void
keyword(bool stop)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	const struct suppression s = { .id = id_new(op, "sup"),
				       .recipient = phone,
				       .reason = "opted_out",
				       .source = "keyword",
				       .actor = "worker",
				       .since = op->now };

	if (stop)
		suppression_store_insert(batch, &s);
	else
		suppression_store_lift_made_by(batch, phone, "keyword",
					       &(struct suppression_lift){
						       .by = "keyword",
						       .why = "start",
						       .at = op->now,
						       .said_at = op->now,
					       });
	must(op, db_commit(op, batch));
	op_end(op);
}

static void
a_number_is_added_once_per_reason(void **state)
{
	(void)state;
	assert_int_equal(add("+966 50-000 (0001)", "manual"), RC_OK);
	assert_int_equal(add(phone, "manual"), RC_CONFLICT);
	assert_int_equal(add(phone, "complaint"), RC_OK);
	assert_int_equal(add("12", "manual"), RC_INPUT);
	assert_int_equal(add(phone, "whatever"), RC_INPUT);
}

/* A person may be known by user id alone. */
static void
a_user_id_is_suppressed_like_a_number(void **state)
{
	static const char person[] = "US.13491208655302741918";

	(void)state;
	assert_int_equal(add(person, "manual"), RC_OK);
	assert_int_equal(add(person, "manual"), RC_CONFLICT);
	assert_int_equal(guard(person, "support"), RC_DENIED);
	assert_int_equal(guard("US.1", "support"), RC_OK);
	assert_int_equal(lift(person), RC_OK);
	assert_int_equal(guard(person, "support"), RC_OK);
	assert_int_equal(add("Y2FwaV9ncm91cDox", "manual"), RC_INPUT);
}

static void
the_guard_knows_reasons_and_purposes(void **state)
{
	(void)state;
	assert_int_equal(guard(phone, "transactional"), RC_OK);
	keyword(true);
	keyword(true);
	assert_int_equal(guard(phone, "transactional"), RC_DENIED);
	assert_int_equal(guard(phone, "authentication"), RC_OK);
	assert_int_equal(guard("966500000002", "transactional"), RC_OK);
	assert_int_equal(add("966500000002", "marketing_opt_out"), RC_OK);
	assert_int_equal(guard("966500000002", "transactional"), RC_OK);
	assert_int_equal(guard("966500000002", "marketing"), RC_DENIED);
}

static void
a_start_word_lifts_what_a_stop_word_made_and_nothing_else(void **state)
{
	(void)state;
	keyword(true);
	assert_int_equal(add(phone, "manual"), RC_OK);
	keyword(false);
	assert_int_equal(guard(phone, "authentication"), RC_DENIED);
	assert_int_equal(lift(phone), RC_OK);
	assert_int_equal(guard(phone, "authentication"), RC_OK);
	assert_int_equal(add(phone, "opted_out"), RC_OK);
	keyword(false);
	assert_int_equal(guard(phone, "support"), RC_DENIED);
}

static void
every_spelling_of_a_person_is_kept_back(void **state)
{
	struct op *op = fixture_op();
	struct batch *batch = batch_new(op);
	struct list active;

	(void)state;
	recipient_store_join(batch, "5541999990000", "554199990000");
	must(op, db_commit(op, batch));
	assert_int_equal(add("554199990000", "manual"), RC_OK);
	assert_int_equal(guard("5541999990000", "support"), RC_DENIED);
	assert_int_equal(guard("554199990000", "support"), RC_DENIED);
	must(op, suppression_store_active(op, &active, "5541999990000"));
	assert_int_equal(active.n, 1);
	assert_int_equal(lift("+5541999990000"), RC_OK);
	assert_int_equal(guard("554199990000", "support"), RC_OK);
	op_end(op);
}

static void
lifting_keeps_the_row_and_needs_one(void **state)
{
	struct op *op = fixture_op();
	struct suppression_filter filter = { .lifted = false };
	const struct suppression *row;
	struct list found;
	const char *next;
	int64_t n;

	(void)state;
	assert_int_equal(lift(phone), RC_MISSING);
	assert_int_equal(add(phone, "manual"), RC_OK);
	must(op, suppression_store_count(op, &n));
	assert_int_equal(n, 1);
	assert_int_equal(lift(phone), RC_OK);
	assert_int_equal(lift(phone), RC_MISSING);
	db_rest(op);
	must(op, gateway_list_suppressions(op, &found, &next, &filter));
	assert_int_equal(found.n, 0);
	filter.lifted = true;
	filter.recipient = "+966 500 000 001";
	must(op, gateway_list_suppressions(op, &found, &next, &filter));
	row = found.rows;
	assert_int_equal(found.n, 1);
	assert_string_equal(row->lift_reason, "they asked");
	assert_int_equal(lift(row->id), RC_CONFLICT);
	assert_int_equal(add(phone, "manual"), RC_OK);
	op_end(op);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_store, teardown_store)
	const struct CMUnitTest tests[] = {
		TEST(a_number_is_added_once_per_reason),
		TEST(a_user_id_is_suppressed_like_a_number),
		TEST(the_guard_knows_reasons_and_purposes),
		TEST(a_start_word_lifts_what_a_stop_word_made_and_nothing_else),
		TEST(every_spelling_of_a_person_is_kept_back),
		TEST(lifting_keeps_the_row_and_needs_one),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
