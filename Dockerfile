# The service in a container. docker-compose.yml puts it between PostgreSQL and a proxy.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SANCTIONS_ENV=production

WORKDIR /srv/sanctions

# Before the code, so that a change of code does not install anew. Wheels only: the image has no compiler.
COPY requirements.txt .
# EXTRAS are optional packages of docs/dependencies.md, such as "redis".
ARG EXTRAS=
RUN pip install --no-cache-dir --disable-pip-version-check --compile -r requirements.txt $EXTRAS

COPY . .

# The key lives for this one command: collecting files signs nothing, but production starts with no weak key.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" ALLOWED_HOSTS=build.invalid \
    python manage.py collectstatic --noinput \
    && useradd --system --user-group --no-create-home sanctions \
    && mkdir -p var \
    && chown sanctions:sanctions var

# The code belongs to root and is read-only to the service; var/ is where SQLite would keep its file.
USER sanctions
EXPOSE 8000

# Asked under a name the service answers to; the health page is the one page that needs no HTTPS.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip().lstrip('.')}), timeout=4)"]

CMD ["python", "-m", "sanctions.server", "--host", "0.0.0.0", "--port", "8000", "--workers", "2"]
