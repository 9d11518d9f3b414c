exchange.o: lib/web/exchange.c lib/core/banned.h lib/web/exchange.h \
  lib/web/form.h lib/web/web.h lib/core/json.h lib/core/buf.h \
  lib/core/text.h lib/core/arena.h lib/core/rc.h lib/core/shape.h \
  lib/core/op.h lib/core/clock.h lib/core/log.h

lib/core/banned.h:

lib/web/exchange.h:

lib/web/form.h:

lib/web/web.h:

lib/core/json.h:

lib/core/buf.h:

lib/core/text.h:

lib/core/arena.h:

lib/core/rc.h:

lib/core/shape.h:

lib/core/op.h:

lib/core/clock.h:

lib/core/log.h:
