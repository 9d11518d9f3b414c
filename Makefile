# wagate. `make help` lists every target. One file, no recursion: adding a source edits nothing.
CC ?= gcc
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
PORT ?= 8080
BIND ?= 127.0.0.1
DATA ?= ./var
VERSION := 0.1.0

# ---- compiling ---------------------------------------------------------------------------
PKGS = jansson sqlite3 libcurl libsodium libcrypto zlib
WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wvla \
	-Wformat=2 -Wmissing-field-initializers -Wundef -Wpointer-arith -Wimplicit-fallthrough -Werror
OPT ?= -O2 -g
HARDEN ?= -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection=full -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing
EXTRA ?=
# A line per file; V=1 shows the whole command.
Q = $(if $(V),,@echo "  $@" &&)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
CFLAGS_ALL = -std=gnu17 -D_GNU_SOURCE -DWAGATE_VERSION='"$(VERSION)"' $(WARN) $(OPT) $(HARDEN) \
	-fPIE $(EXTRA) -Ilib -I$(BUILD)/gen -include lib/core/banned.h -MMD -MP -pthread $(PKG_CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed -pthread $(EXTRA)
LIBS = $(PKG_LIBS) -lfcgi -lunistring -lm

ROOMS ?= core domain db net web store provider gateway worker site
LIB_SRC = $(foreach room,$(ROOMS),$(wildcard lib/$(room)/*.c))
LIB_OBJ = $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
LIB = $(BUILD)/libwagate.a
CGI = $(patsubst cgi-bin/%.c,$(BUILD)/cgi-bin/%.fcgi,$(wildcard cgi-bin/*.c))
BIN = $(patsubst bin/%.c,$(BUILD)/bin/%,$(wildcard bin/*.c))
CLI_OBJ = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard bin/cli/*.c))
UNIT = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
MIGRATIONS = $(BUILD)/gen/migrations.inc
DOCUMENTS = $(BUILD)/gen/documents.inc
GENERATED = $(MIGRATIONS) $(DOCUMENTS)
ASSETS = $(BUILD)/www/.done

all: $(BIN) $(CGI) $(ASSETS) ## build everything into build/
	@:

$(BUILD)/obj/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

# Each migration as { number, name, text }, for lib/store/catalog.c.
$(MIGRATIONS): $(wildcard lib/store/migrations/*.sql) tools/embed-migrations
	@mkdir -p $(@D)
	@tools/embed-migrations lib/store/migrations/*.sql >$@.new && mv $@.new $@

# What /docs hands out as it is, for lib/site/documents.c.
DOCUMENT_FILES = docs/openapi.json docs/events.json $(sort $(wildcard docs/samples/*))
$(DOCUMENTS): $(DOCUMENT_FILES) tools/embed-files
	@mkdir -p $(@D)
	@tools/embed-files docs $(DOCUMENT_FILES) >$@.new && mv $@.new $@

$(LIB): $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/cgi-bin/%.fcgi: $(BUILD)/obj/cgi-bin/%.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< $(LIB) $(LIBS)

$(BUILD)/bin/wagate: $(CLI_OBJ)
$(BUILD)/bin/%: $(BUILD)/obj/bin/%.o $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< $(filter %.o,$(filter-out $<,$^)) $(LIB) $(LIBS)

$(BUILD)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -Itests/unit -o $@ $< $(LDFLAGS_ALL) $(LIB) $(LIBS) -lcmocka

# Our static files, and the two parts of Bootstrap (from Debian's package) that the theme builds on.
BOOTSTRAP = /usr/share/javascript/bootstrap5/css
BOOTSTRAP_PARTS = bootstrap-reboot.min.css bootstrap-grid.min.css
$(ASSETS): $(wildcard www/*)
	@[ -d $(BOOTSTRAP) ] || tools/install-packages run
	@mkdir -p $(BUILD)/www
	@cp -RL www/. $(BOOTSTRAP_PARTS:%=$(BOOTSTRAP)/%) $(BUILD)/www/
	@touch $@

# The same programs once more, which a test can have die at each CRASH_POINT of the sources: only
# the files that have one are compiled again.
CRASH = $(BUILD)-crash
CRASH_SRC = $(shell grep -rl --include='*.c' CRASH_POINT lib)
CRASH_OBJ = $(CRASH_SRC:%.c=$(CRASH)/obj/%.o)
CRASH_LIB = $(CRASH)/libwagate.a
CRASH_PROGRAMS = $(patsubst $(BUILD)/%,$(CRASH)/%,$(BIN) $(CGI))

crash-build: $(CRASH_PROGRAMS) $(ASSETS) ## the programs once more, to be killed by tests at each CRASH_POINT
	@ln -sfn $(abspath $(BUILD)/www) $(CRASH)/www

$(CRASH)/obj/%.o: %.c | $(MIGRATIONS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -DWAGATE_CRASH_POINTS -c -o $@ $<

$(CRASH_LIB): $(LIB) $(CRASH_OBJ)
	@cp $(LIB) $@
	@ar rs $@ $(CRASH_OBJ)

$(CRASH)/cgi-bin/%.fcgi: $(BUILD)/obj/cgi-bin/%.o $(CRASH_LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< $(CRASH_LIB) $(LIBS)

$(CRASH)/bin/wagate: $(CLI_OBJ)
$(CRASH)/bin/%: $(BUILD)/obj/bin/%.o $(CRASH_LIB)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< $(filter %.o,$(filter-out $<,$^)) $(CRASH_LIB) $(LIBS)

-include $(shell find $(BUILD) $(CRASH) -name '*.d' 2>/dev/null)

# ---- running -----------------------------------------------------------------------------
run: ## install what is missing, build, make demo data, serve (PORT=8080 DATA=./var BIND=127.0.0.1)
	@tools/install-packages run
	@$(MAKE) --no-print-directory -j2 all
	@[ -e "$(DATA)/wagate.conf" ] || $(BUILD)/bin/wagate init --demo --config "$(DATA)/wagate.conf" \
		--port $(PORT) --bind $(BIND)
	@$(BUILD)/bin/wagate migrate --config "$(DATA)/wagate.conf" >$(BUILD)/migrate.out || { cat $(BUILD)/migrate.out; exit 1; }
	@exec $(BUILD)/bin/wagate serve --demo --config "$(DATA)/wagate.conf" --port $(PORT) --bind $(BIND)

# ---- checking ----------------------------------------------------------------------------
PYTEST = /usr/bin/python3 -m pytest -q -p no:cacheprovider

unit: $(UNIT) ## build and run the unit tests
	@for t in $(UNIT); do ASAN_OPTIONS=detect_leaks=1 $$t >$$t.out 2>&1 || { cat $$t.out; exit 1; }; done
	@cat $(UNIT:=.out) | awk '/\[  PASSED  \]/ { p += $$4 } END { printf "unit: %d passed\n", p }'

test: ## install what is needed, build and run every test; ends with "N passed, N failed"
	@tools/install-packages test
	@tools/install-npm $(BUILD)
	@$(MAKE) --no-print-directory -j2 all-with-tests
	@tests/run-all $(BUILD)

lint: ## the house's own rules, format and static analysis
	@tools/install-packages test
	@$(MAKE) --no-print-directory -j2 $(LIB)
	@tests/lint/all $(BUILD)

SANITIZE = $(BUILD)-sanitize
sanitize: ## every test under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/install-packages test
	@tools/install-npm $(SANITIZE)
	@$(MAKE) --no-print-directory -j2 BUILD=$(SANITIZE) HARDEN= OPT="-O1 -g -fno-omit-frame-pointer" \
		EXTRA="-fsanitize=address,undefined -fno-sanitize-recover=all" all-with-tests
	@WAGATE_SANITIZE=1 tests/run-all $(SANITIZE)

all-with-tests: all $(UNIT) crash-build
	@:

SECONDS ?= 60
fuzz: ## run every libFuzzer target for SECONDS each
	@tools/install-packages test
	@tests/fuzz/run $(BUILD)-fuzz $(SECONDS)

bench: ## measure against nginx and others in one run; prints a table with the goals
	@tools/install-packages bench
	@$(MAKE) --no-print-directory -j2 all
	@tests/bench/run $(BUILD)

faults: ## the long kill and fault runs
	@tools/install-packages test
	@$(MAKE) --no-print-directory -j2 all crash-build
	@WAGATE_BUILD=$(BUILD) $(PYTEST) tests/faults

conf: all ## write conf/'s samples for the web servers anew
	@tools/make-conf $(BUILD) conf

format: ## let clang-format decide
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

# ---- installing --------------------------------------------------------------------------
install: all ## install under DESTDIR/PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/wagate/cgi-bin $(DESTDIR)$(PREFIX)/lib/wagate/bin
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/lib/wagate/bin
	install -m 755 $(CGI) $(DESTDIR)$(PREFIX)/lib/wagate/cgi-bin
	for b in $(notdir $(BIN)); do ln -sf ../lib/wagate/bin/$$b $(DESTDIR)$(PREFIX)/bin/$$b; done
	install -d $(DESTDIR)$(PREFIX)/share/wagate
	cp -R templates conf $(DESTDIR)$(PREFIX)/share/wagate/
	cp -R $(BUILD)/www $(DESTDIR)$(PREFIX)/share/wagate/
	rm -f $(DESTDIR)$(PREFIX)/share/wagate/www/.done
	chmod -R u=rwX,go=rX $(DESTDIR)$(PREFIX)/share/wagate

clean: ## remove what was built
	rm -rf $(BUILD) $(BUILD)-crash $(BUILD)-sanitize $(BUILD)-sanitize-crash $(BUILD)-fuzz

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16

.PHONY: all crash-build run unit test lint sanitize all-with-tests fuzz bench faults conf format install clean help
.SECONDARY:
# A step that was killed leaves no half a file behind.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
