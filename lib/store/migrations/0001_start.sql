-- The product's tables. One text for SQLite and PostgreSQL: TEXT, BIGINT (milliseconds, counts,
-- booleans as 0/1), JSON as TEXT, ids made in code.

CREATE TABLE account (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	plan TEXT NOT NULL CHECK (plan IN ('starter', 'growth', 'scale', 'unlimited')),
	time_zone TEXT NOT NULL DEFAULT 'UTC',
	marketing TEXT NOT NULL DEFAULT 'refuse' CHECK (marketing IN ('refuse', 'templates')),
	essential_purposes TEXT NOT NULL DEFAULT 'authentication',
	send_module BIGINT NOT NULL DEFAULT 1,
	billing BIGINT NOT NULL DEFAULT 0,
	paused_at BIGINT,
	pause_reason TEXT,
	last_log_id BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_name ON account (lower(name));

-- Gateway-wide switches that survive restarts (suspend, isolate) and the like.
CREATE TABLE gateway_state (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);

CREATE TABLE users (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES account (id),
	email TEXT NOT NULL,
	name TEXT NOT NULL DEFAULT '',
	role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'viewer', 'operator')),
	password_hash TEXT NOT NULL,
	disabled_at BIGINT,
	created_at BIGINT NOT NULL,
	signed_in_at BIGINT
);
CREATE UNIQUE INDEX users_email ON users (lower(email));
CREATE INDEX users_account ON users (account_id, id);

-- token_hash: SHA-256 of the cookie's value.
CREATE TABLE session (
	token_hash TEXT PRIMARY KEY,
	user_id TEXT NOT NULL REFERENCES users (id),
	account_id TEXT NOT NULL,
	csrf_token TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	client TEXT NOT NULL DEFAULT '',
	agent TEXT NOT NULL DEFAULT ''
);
CREATE INDEX session_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);

-- Failed sign-ins per e-mail and per address, to slow guessing down.
CREATE TABLE sign_in_failure (
	subject TEXT PRIMARY KEY,
	count BIGINT NOT NULL,
	first_at BIGINT NOT NULL,
	last_at BIGINT NOT NULL
);
CREATE INDEX sign_in_failure_age ON sign_in_failure (last_at);

CREATE TABLE instance (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES account (id),
	slug TEXT NOT NULL,
	name TEXT NOT NULL,
	provider TEXT NOT NULL CHECK (provider IN ('cloud', 'evolution')),
	state TEXT NOT NULL CHECK (state IN ('draft', 'connecting', 'open', 'closed', 'restricted')),
	state_reason TEXT,
	window_policy TEXT NOT NULL DEFAULT 'refuse' CHECK (window_policy IN ('refuse', 'meta')),
	paused_at BIGINT,
	suspended_at BIGINT,
	isolated_at BIGINT,
	phone_number_id TEXT,
	waba_id TEXT,
	access_token TEXT,			-- sealed
	app_secret TEXT,			-- sealed
	previous_app_secret TEXT,		-- sealed
	verify_token TEXT,			-- sealed
	display_number TEXT,
	verified_name TEXT,
	quality TEXT,
	checked_at BIGINT,
	check_result TEXT,
	created_at BIGINT NOT NULL,
	deleted_at BIGINT
);
CREATE UNIQUE INDEX instance_slug ON instance (account_id, slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX instance_phone ON instance (phone_number_id) WHERE deleted_at IS NULL AND phone_number_id IS NOT NULL;
CREATE INDEX instance_waba ON instance (waba_id) WHERE deleted_at IS NULL AND waba_id IS NOT NULL;
CREATE INDEX instance_account ON instance (account_id, id);
CREATE INDEX instance_isolated ON instance (id) WHERE isolated_at IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE api_key (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES account (id),
	instance_id TEXT REFERENCES instance (id),
	name TEXT NOT NULL,
	environment TEXT NOT NULL CHECK (environment IN ('production', 'sandbox')),
	hash TEXT NOT NULL UNIQUE,		-- SHA-256, hex
	prefix TEXT NOT NULL,			-- "pk_wg_AbCd"
	last4 TEXT NOT NULL,
	scopes TEXT NOT NULL DEFAULT 'send,read',
	created_at BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	expires_at BIGINT,
	revoked_at BIGINT,
	last_used_at BIGINT
);
CREATE INDEX api_key_account ON api_key (account_id, id);

-- One outbound send. recipient: digits. payload: the message body in Meta's shape.
CREATE TABLE message (
	account_id TEXT NOT NULL,
	id TEXT NOT NULL,
	instance_id TEXT NOT NULL,
	log_id BIGINT NOT NULL,
	api_key_id TEXT,
	source TEXT NOT NULL,			-- guarded, proxy, graph, portal, cli
	recipient TEXT NOT NULL,
	wa_id TEXT,
	user_id TEXT,
	type TEXT NOT NULL,
	purpose TEXT NOT NULL,
	simulated BIGINT NOT NULL DEFAULT 0,
	payload TEXT NOT NULL,
	client_reference TEXT,
	status TEXT NOT NULL,
	provider_id TEXT,
	error_code BIGINT,
	error_title TEXT,
	error_details TEXT,
	error_retryable BIGINT,
	price TEXT,				-- Meta's pricing object of the status that carried it
	created_at BIGINT NOT NULL,
	sending_until BIGINT,			-- past it a row in sending has lost its process
	sent_at BIGINT,				-- accepted by the provider
	provider_sent_at BIGINT,		-- Meta's own "sent"
	delivered_at BIGINT,
	read_at BIGINT,
	played_at BIGINT,
	failed_at BIGINT,
	unknown_until BIGINT,			-- an unknown outcome is final after it
	PRIMARY KEY (account_id, id),
	-- SQLite compares a list of two, and makes a table of a longer one each time it checks.
	CHECK (status IN ('sending', 'sent') OR status IN ('scheduled', 'queued', 'delivered', 'read',
		'played', 'failed', 'cancelled', 'unknown'))
);
CREATE UNIQUE INDEX message_log ON message (account_id, log_id);
CREATE UNIQUE INDEX message_provider ON message (provider_id, instance_id) WHERE provider_id IS NOT NULL;
CREATE INDEX message_recipient ON message (account_id, recipient, id);
-- Every message is sending for a moment: apart, so that its place in the large index is written once.
CREATE INDEX message_sending ON message (account_id, id, sending_until) WHERE status = 'sending';
CREATE INDEX message_with_status ON message (account_id, status, id) WHERE status <> 'sending';
CREATE INDEX message_of_instance ON message (account_id, instance_id, id);
CREATE INDEX message_simulated ON message (account_id, id) WHERE simulated = 1;
CREATE INDEX message_unknown ON message (unknown_until) WHERE status = 'unknown' AND unknown_until IS NOT NULL;

-- Counters of a day in the account's time zone, kept by the writes that change them, so that
-- the overview never counts rows.
CREATE TABLE daily_count (
	account_id TEXT NOT NULL,
	day TEXT NOT NULL,			-- YYYY-MM-DD
	what TEXT NOT NULL,			-- sent, delivered, read, failed, received, ...
	n BIGINT NOT NULL,
	PRIMARY KEY (account_id, day, what)
);

-- One status webhook. message_id is null while its message is not known (waits 24 h); applied_at
-- is null while the message has not taken it on. participant: of a group, whose status it is.
CREATE TABLE message_status (
	instance_id TEXT NOT NULL,
	provider_id TEXT NOT NULL,
	status TEXT NOT NULL,
	participant TEXT NOT NULL DEFAULT '',
	account_id TEXT NOT NULL,
	message_id TEXT,
	provider_at BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,
	applied_at BIGINT,
	payload TEXT NOT NULL,			-- the status object as Meta sent it
	PRIMARY KEY (instance_id, provider_id, status, participant)
);
CREATE INDEX message_status_message ON message_status (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX message_status_waiting ON message_status (recorded_at) WHERE applied_at IS NULL AND message_id IS NULL;
CREATE INDEX message_status_adopted ON message_status (recorded_at) WHERE applied_at IS NULL AND message_id IS NOT NULL;

-- The raw inbox: what the provider sent, verified, before anything is made of it.
CREATE TABLE inbox (
	id TEXT PRIMARY KEY,
	provider TEXT NOT NULL,
	instance_id TEXT,			-- of /webhooks/meta/{instance}; null: the operator's app
	raw TEXT NOT NULL,
	encoding TEXT NOT NULL CHECK (encoding IN ('utf8', 'base64')),
	received_at BIGINT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('new', 'applied', 'unclear')),
	tries BIGINT NOT NULL DEFAULT 0,
	lease_until BIGINT,
	lease_by TEXT,				-- the machine whose worker has it in hand
	applied_at BIGINT,
	items BIGINT NOT NULL DEFAULT 0,
	unclaimed BIGINT NOT NULL DEFAULT 0,
	note TEXT
);
CREATE INDEX inbox_new ON inbox (id) WHERE state = 'new';
CREATE INDEX inbox_leased ON inbox (lease_by) WHERE state = 'new' AND lease_by IS NOT NULL;
CREATE INDEX inbox_unclear ON inbox (id) WHERE state = 'unclear';

CREATE TABLE inbound (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	instance_id TEXT NOT NULL,
	provider_id TEXT NOT NULL,
	sender TEXT,				-- digits; null when the provider withholds it
	sender_user_id TEXT,
	sender_name TEXT,
	type TEXT NOT NULL,
	text TEXT,				-- text, caption, or title of the button or list row
	reply_to TEXT,
	payload TEXT NOT NULL,			-- the message object as Meta sent it
	opted_out BIGINT NOT NULL DEFAULT 0,
	provider_at BIGINT NOT NULL,
	received_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX inbound_provider ON inbound (provider_id, instance_id);
CREATE INDEX inbound_list ON inbound (account_id, id);
CREATE INDEX inbound_sender ON inbound (account_id, sender, id);
CREATE INDEX inbound_user ON inbound (account_id, sender_user_id, id) WHERE sender_user_id IS NOT NULL;
CREATE INDEX inbound_of_instance ON inbound (account_id, instance_id, id);
CREATE INDEX inbound_opt_out ON inbound (account_id, id) WHERE opted_out = 1;

-- Spellings of one person: the number asked for, the wa_id, the user id.
CREATE TABLE recipient_alias (
	account_id TEXT NOT NULL,
	alias TEXT NOT NULL,
	identity TEXT NOT NULL,			-- the spelling seen first
	PRIMARY KEY (account_id, alias)
);
CREATE INDEX recipient_identity ON recipient_alias (account_id, identity);

CREATE TABLE suppression (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	recipient TEXT NOT NULL,		-- digits or a user id
	reason TEXT NOT NULL CHECK (reason IN ('opted_out', 'manual', 'blocked', 'complaint', 'marketing_opt_out')),
	since BIGINT NOT NULL,
	source TEXT NOT NULL,			-- keyword, meta, portal, api, cli, import
	actor TEXT NOT NULL,
	instance_id TEXT,
	inbound_id TEXT,
	text TEXT,
	keyword TEXT,
	note TEXT,
	lifted_at BIGINT,
	lifted_by TEXT,
	lift_reason TEXT
);
CREATE UNIQUE INDEX suppression_active ON suppression (account_id, recipient, reason) WHERE lifted_at IS NULL;
CREATE INDEX suppression_list ON suppression (account_id, id);
CREATE INDEX suppression_in_force ON suppression (account_id) WHERE lifted_at IS NULL;
CREATE INDEX suppression_recipient ON suppression (account_id, recipient, id);

CREATE TABLE event (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	instance_id TEXT NOT NULL,
	name TEXT NOT NULL,			-- message.received, ...; meta.<field> where only Meta's form exists
	topic TEXT,				-- subscription of the meta form: messages, message_status, read, ...
	lane TEXT NOT NULL,			-- the conversation: events of one lane keep their order
	normalized TEXT,			-- body in normalized format
	meta TEXT,				-- body in meta format
	test BIGINT NOT NULL DEFAULT 0,
	message_id TEXT,
	inbound_id TEXT,
	digest TEXT,				-- of what the provider may send again and has no id
	created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX event_digest ON event (instance_id, digest) WHERE digest IS NOT NULL;
CREATE INDEX event_message ON event (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX event_inbound ON event (inbound_id) WHERE inbound_id IS NOT NULL;

CREATE TABLE endpoint (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES account (id),
	all_instances BIGINT NOT NULL DEFAULT 0,
	url TEXT NOT NULL,
	format TEXT NOT NULL CHECK (format IN ('normalized', 'meta')),
	events TEXT NOT NULL,			-- comma-separated
	include_read BIGINT NOT NULL DEFAULT 0,
	secret TEXT,				-- sealed
	bearer TEXT,				-- sealed
	headers TEXT,				-- sealed JSON object
	enabled BIGINT NOT NULL DEFAULT 1,
	disabled_reason TEXT,
	failing_since BIGINT,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	updated_by TEXT NOT NULL,
	deleted_at BIGINT
);
CREATE INDEX endpoint_account ON endpoint (account_id, id);

CREATE TABLE endpoint_instance (
	endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
	instance_id TEXT NOT NULL REFERENCES instance (id),
	PRIMARY KEY (endpoint_id, instance_id)
);
CREATE INDEX endpoint_of_instance ON endpoint_instance (instance_id);

CREATE TABLE delivery (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	event_id TEXT NOT NULL REFERENCES event (id),
	event TEXT NOT NULL,			-- the event's name
	endpoint_id TEXT NOT NULL REFERENCES endpoint (id),
	lane TEXT NOT NULL,
	seq BIGINT NOT NULL,			-- place among the open ones of its lane
	status TEXT NOT NULL CHECK (status IN ('pending', 'sending', 'delivered', 'failed', 'blocked')),
	attempts BIGINT NOT NULL DEFAULT 0,
	replayed_after BIGINT NOT NULL DEFAULT 0, -- attempts before the last replay: the schedule begins anew
	due_at BIGINT NOT NULL,			-- one behind another of its lane: when it may go past it
	lease_until BIGINT,
	lease_by TEXT,				-- the machine whose worker has it in hand
	created_at BIGINT NOT NULL,
	done_at BIGINT,
	last_status BIGINT,
	last_ms BIGINT,
	last_error TEXT
);
CREATE UNIQUE INDEX delivery_once ON delivery (event_id, endpoint_id);
CREATE INDEX delivery_leased ON delivery (lease_until) WHERE status = 'sending';
CREATE INDEX delivery_next ON delivery (endpoint_id, due_at, id) WHERE status = 'pending';
CREATE INDEX delivery_open_lane ON delivery (endpoint_id, lane, seq) WHERE status IN ('pending', 'sending');
CREATE INDEX delivery_with_status ON delivery (account_id, status, id);
CREATE INDEX delivery_list ON delivery (account_id, id);
CREATE INDEX delivery_endpoint ON delivery (endpoint_id, id);

CREATE TABLE attempt (
	delivery_id TEXT NOT NULL REFERENCES delivery (id),
	number BIGINT NOT NULL,
	account_id TEXT NOT NULL,
	at BIGINT NOT NULL,
	status BIGINT,				-- HTTP status; null without an answer
	ms BIGINT NOT NULL,
	excerpt TEXT,
	error TEXT,
	slow BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (delivery_id, number)
);

CREATE TABLE audit (
	id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	actor TEXT NOT NULL,
	verb TEXT NOT NULL,			-- "api_key.revoke"
	object TEXT NOT NULL,
	details TEXT,
	client TEXT,
	at BIGINT NOT NULL
);
CREATE INDEX audit_list ON audit (account_id, id);
