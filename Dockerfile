# Greenroom, as a user without rights, on a root file system that may be read-only; it writes to /var/lib/greenroom
# alone. Settings and secrets come when it is started (see docs/operations.md); nothing of them is in the image.
FROM python:3.11-slim-bookworm AS dependencies
COPY requirements/app.txt /tmp/app.txt
# --only-binary: what is built from source would fetch what it is built with, and no hash holds that.
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: \
    --requirement /tmp/app.txt

FROM python:3.11-slim-bookworm
# -P: else Python looks for modules where it is started first, which is the one folder that can be written to.
RUN groupadd --gid 10001 greenroom \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/greenroom --shell /usr/sbin/nologin greenroom \
 && install --directory --owner greenroom --group greenroom --mode 0700 /var/lib/greenroom \
 && printf '#!/bin/sh\nexec /opt/venv/bin/python -P -m app "$@"\n' > /usr/local/bin/greenroom \
 && chmod 0755 /usr/local/bin/greenroom
COPY --from=dependencies /opt/venv /opt/venv
COPY app.yml /opt/greenroom/app.yml
COPY app /opt/greenroom/app
COPY policies /opt/greenroom/policies
COPY webhooks /opt/greenroom/webhooks
# Compiled now, as nothing can be kept later.
RUN /opt/venv/bin/python -m compileall -q /opt/greenroom
ENV PYTHONPATH=/opt/greenroom \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GREENROOM_HOST=0.0.0.0 \
    GREENROOM_PORT=8000 \
    GREENROOM_DATABASE_URL=sqlite:////var/lib/greenroom/greenroom.db
WORKDIR /var/lib/greenroom
USER 10001:10001
EXPOSE 8000
VOLUME ["/var/lib/greenroom"]
# Whether it runs, not whether all is well: one that cannot reach GitHub is not mended by starting it again. No proxy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/opt/venv/bin/python", "-P", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['GREENROOM_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["greenroom"]
CMD ["serve"]
