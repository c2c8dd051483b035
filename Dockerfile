ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/netql
WORKDIR /build
# The packages first, so that a change of the source does not install them again.
COPY requirements.lock ./
RUN /opt/netql/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN /opt/netql/bin/pip install --no-deps --no-build-isolation .

FROM python:${PYTHON}-slim
RUN useradd --system --uid 10001 --user-group --no-create-home netql \
    # Owned here, because a new volume takes over the owner of the directory it covers.
    && install --directory --owner=netql --group=netql --mode=0700 /data
COPY --from=build /opt/netql /opt/netql
ENV PATH=/opt/netql/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    NETQL_HOST=0.0.0.0 \
    NETQL_PORT=8000 \
    NETQL_DATABASE_URL=sqlite:///data/netql.db \
    NETQL_SIGNING_KEY_FILE=/data/netql.key
USER netql
WORKDIR /data
VOLUME /data
EXPOSE 8000
# The slim image has no curl. urlopen raises on any answer that is not a success.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['NETQL_PORT'] + '/healthz', timeout=2)"]
CMD ["netql", "serve"]
