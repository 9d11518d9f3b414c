/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration for the web servers, made from the programs' own routes: lighttpd and Apache
 * with FastCGI over unix sockets, and Apache's .htaccess with plain CGI for shared hosting.
 * `wagate web-config` prints it; `wagate serve` runs lighttpd with it. /assets/ is a folder of static
 * files, but for what programs answer below it.
 */
#include <unistd.h>

#include "core/settings.h"
#include "serve.h"

enum { URLS_MAX = 8192 };

const char *
webconf_socket(struct op *op, const struct web_program *program)
{
	return arena_printf(op->arena, "%s/%s.sock", settings()->run_dir, program->name);
}

/* Rounded up, and some room: what is only a little too large is the program's to refuse. */
static int64_t
kib_of(int64_t bytes)
{
	return (bytes >> 10) + 1024;
}

/* Addresses below a version go by patterns: the first that fits takes the place of all below. */
static void
lighttpd_patterns(struct op *op, struct buf *out, const struct list *programs)
{
	struct list patterns = programs_patterns(op, programs);
	const struct web_prefix *p = patterns.rows;

	for (size_t i = 0; i < patterns.n; i++)
		buf_printf(out,
			   "%s$HTTP[\"url\"] =~ \"^/%s\" {\n"
			   "\tfastcgi.server = (\"/\" => ((\"socket\" => \"%s\",\n"
			   "\t\t\"check-local\" => \"disable\", \"disable-time\" => 0, "
			   "\"listen-backlog\" => 4096)))\n}\n",
			   i == 0 ? "" : "else ", p[i].prefix + 1,
			   webconf_socket(op, p[i].program));
}

/* One condition for all: lighttpd takes two of the same text for one. */
static void
lighttpd_condition(struct buf *out, struct buf *urls, const char *name, int64_t value)
{
	if (urls->n > 0)
		buf_printf(out, "$HTTP[\"url\"] =~ \"%s\" {\n\t%s = %lld\n}\n", buf_str(urls) + 1,
			   name, (long long)value);
}

/* Files are let in where a program takes them, and are passed on as they come. */
static void
lighttpd_streams(struct op *op, struct buf *out, const struct list *programs)
{
	const struct web_program *p = programs->rows;
	int64_t largest = 0;
	struct buf large, streams;

	buf_init(&large, op->arena, URLS_MAX);
	buf_init(&streams, op->arena, URLS_MAX);
	for (size_t i = 0; i < programs->n; i++) {
		for (size_t k = 0; k < p[i].large_count; k++)
			buf_printf(&large, "|^/%s", p[i].large[k] + 1);
		for (size_t k = 0; p[i].streams && k < p[i].prefix_count; k++)
			buf_printf(&streams, "|^%s", p[i].prefixes[k]);
		largest = p[i].largest > largest ? p[i].largest : largest;
	}
	/* A large body is passed on while it arrives, so that a program can refuse it by its
	 * Content-Length before it is here. */
	buf_text(out, "$REQUEST_HEADER[\"Content-Length\"] =~ \"^[0-9]{7,}$\" {\n"
		      "\tserver.stream-request-body = 1\n}\n");
	lighttpd_condition(out, &large, "server.max-request-size", kib_of(largest));
	lighttpd_condition(out, &streams, "server.stream-response-body", 1);
}

static void
lighttpd_programs(struct op *op, struct buf *out, const struct list *programs)
{
	struct list prefixes = programs_prefixes(op, programs);
	const struct web_prefix *p = prefixes.rows;

	buf_text(out, "fastcgi.server = (\n");
	for (size_t i = 0; i < prefixes.n; i++)
		buf_printf(out,
			   "\t\"%s\" => ((\"socket\" => \"%s\", \"check-local\" => \"disable\",\n"
			   "\t\t\"disable-time\" => 0, \"listen-backlog\" => 4096)),\n",
			   p[i].prefix, webconf_socket(op, p[i].program));
	buf_text(out, ")\n");
}

enum rc
webconf_lighttpd(struct op *op, struct buf *out, const struct list *programs)
{
	const struct settings *s = settings();
	bool v6 = strchr(s->web_bind, ':') != NULL;

	buf_printf(
		out,
		"# lighttpd for wagate, made by `wagate web-config lighttpd`.\n"
		"server.modules = (\"mod_alias\", \"mod_setenv\", \"mod_fastcgi\")\n"
		"server.bind = \"%s%s%s\"\n"
		"server.port = %lld\n"
		"server.systemd-socket-activation = \"enable\"\n"
		"server.document-root = \"%s\"\n"
		"server.errorlog = \"%s/lighttpd.log\"\n"
		"server.upload-dirs = (\"%s\")\n"
		"server.tag = \"\"\n"
		"server.max-fds = 16384\n"
		"server.max-connections = 6000\n"
		"server.listen-backlog = 4096\n"
		"server.max-request-size = %d\n"
		"server.max-request-field-size = 16384\n"
		"server.max-keep-alive-idle = 15\n"
		"server.max-keep-alive-requests = 100000\n"
		"server.max-read-idle = 20\n"
		"server.max-write-idle = 120\n"
		"server.feature-flags = (\"server.graceful-shutdown-timeout\" => 10)\n"
		"mimetype.assign = (\n"
		"\t\".css\" => \"text/css; charset=utf-8\", \".js\" => \"text/javascript; "
		"charset=utf-8\",\n"
		"\t\".svg\" => \"image/svg+xml\", \".png\" => \"image/png\", \".woff2\" => "
		"\"font/woff2\",\n"
		"\t\".json\" => \"application/json\", \".txt\" => \"text/plain; charset=utf-8\")\n"
		"alias.url = (\"/assets/\" => \"%s/\")\n"
		"$HTTP[\"url\"] =~ \"^/assets/(?!downloads/)\" {\n"
		"\tsetenv.add-response-header = (\"Cache-Control\" => \"public, max-age=3600\",\n"
		"\t\t\"X-Content-Type-Options\" => \"nosniff\")\n"
		"}\n"
		"else {\n",
		v6 ? "[" : "", s->web_bind, v6 ? "]" : "", (long long)s->web_port,
		place_of_static(op), s->log_dir, s->run_dir, WEB_REQUEST_MAX >> 10,
		place_of_static(op));
	lighttpd_streams(op, out, programs);
	lighttpd_programs(op, out, programs);
	lighttpd_patterns(op, out, programs);
	buf_text(out, "}\n");
	return buf_ok(out) ? RC_OK : op_fail(op, RC_INTERNAL, "the configuration is too long");
}

static void
apache_large(struct buf *out, const struct list *programs)
{
	const struct web_program *p = programs->rows;

	for (size_t i = 0; i < programs->n; i++)
		for (size_t k = 0; k < p[i].large_count; k++)
			buf_printf(out,
				   "<LocationMatch \"^/%s\">\n\tLimitRequestBody %lld\n"
				   "</LocationMatch>\n",
				   p[i].large[k] + 1, (long long)kib_of(p[i].largest) << 10);
}

enum rc
webconf_apache(struct op *op, struct buf *out, const struct list *programs)
{
	struct list prefixes = programs_prefixes(op, programs);
	struct list patterns = programs_patterns(op, programs);
	const struct web_prefix *p = prefixes.rows, *q = patterns.rows;

	buf_printf(out,
		   "# Apache for wagate with mod_proxy_fcgi, made by `wagate web-config apache`.\n"
		   "# Needs: a2enmod proxy proxy_fcgi alias headers reqtimeout; the programs run "
		   "under\n"
		   "# `wagate serve --no-web`. Connections are not kept (no enablereuse): each "
		   "kept one\n"
		   "# would hold a program's thread.\n"
		   "LimitRequestBody %d\n"
		   "LimitRequestFieldSize 16380\n"
		   "RequestReadTimeout header=20-40,MinRate=500 body=20,MinRate=500\n"
		   "ProxyTimeout 130\n"
		   "<Location \"/\">\n\tCGIPassAuth On\n</Location>\n"
		   "AllowEncodedSlashes NoDecode\n"
		   "Alias /assets/ \"%s/\"\n"
		   "<Directory \"%s\">\n\tRequire all granted\n\tOptions None\n</Directory>\n"
		   "ProxyPassMatch \"^/assets/(?!downloads/)\" !\n",
		   WEB_REQUEST_MAX, place_of_static(op), place_of_static(op));
	apache_large(out, programs);
	for (size_t i = 0; i < patterns.n; i++)
		buf_printf(out, "ProxyPassMatch \"^(/%s)\" \"unix:%s|fcgi://%s$1\"\n",
			   q[i].prefix + 1, webconf_socket(op, q[i].program), q[i].program->name);
	for (size_t i = 0; i < prefixes.n; i++)
		buf_printf(out, "ProxyPass \"%s\" \"unix:%s|fcgi://%s%s\"\n", p[i].prefix,
			   webconf_socket(op, p[i].program), p[i].program->name, p[i].prefix);
	return buf_ok(out) ? RC_OK : op_fail(op, RC_INTERNAL, "the configuration is too long");
}

enum rc
webconf_htaccess(struct op *op, struct buf *out, const struct list *programs)
{
	struct list prefixes = programs_prefixes(op, programs);
	struct list patterns = programs_patterns(op, programs);
	const struct web_prefix *p = prefixes.rows, *q = patterns.rows;

	buf_text(out, "# Apache on shared hosting: plain CGI by .htaccess, made by `wagate "
		      "web-config htaccess`.\n"
		      "# Put it into the site's folder, with the programs in cgi-bin/ and www/ as "
		      "assets/ beside\n"
		      "# it. Needs `AllowOverride All` and mod_rewrite, as shared hosts have.\n"
		      "Options +ExecCGI -Indexes -MultiViews\n"
		      "AddHandler cgi-script .fcgi\n"
		      "CGIPassAuth On\n"
		      "RewriteEngine On\n");
	buf_printf(out, "SetEnv WAGATE_CONFIG \"%s\"\n", settings()->file);
	buf_text(out, "RewriteRule ^(cgi-bin/|assets/(?!downloads/)) - [L]\n");
	for (size_t i = 0; i < patterns.n; i++)
		buf_printf(out, "RewriteRule %s cgi-bin/%s.fcgi [L,QSA]\n", q[i].prefix,
			   q[i].program->name);
	for (size_t i = 0; i < prefixes.n; i++)
		buf_printf(out, "RewriteRule ^%s cgi-bin/%s.fcgi [L,QSA]\n", p[i].prefix + 1,
			   p[i].program->name);
	return buf_ok(out) ? RC_OK : op_fail(op, RC_INTERNAL, "the configuration is too long");
}
