web_page.o: lib/web/web_page.c lib/core/banned.h lib/web/exchange.h \
  lib/web/form.h lib/web/web.h lib/core/json.h lib/core/buf.h \
  lib/core/text.h lib/core/arena.h lib/core/rc.h lib/core/shape.h \
  lib/core/op.h lib/core/clock.h lib/web/template_in.h \
  lib/web/template.h

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

lib/web/template_in.h:

lib/web/template.h:
