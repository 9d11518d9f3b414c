/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_SPELLINGS_H
#define STORE_SPELLINGS_H

/* In account scope: $2 and every other spelling of the same person, as a list for IN. */
#define SPELLINGS                                                                            \
	"(SELECT CAST($2 AS TEXT) UNION ALL SELECT b.alias FROM recipient_alias a "          \
	"JOIN recipient_alias b ON b.account_id = a.account_id AND b.identity = a.identity " \
	"WHERE a.account_id = $1 AND a.alias = $2)"

#endif
