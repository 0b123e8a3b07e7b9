# `docker build -t rights-bot .`; compose.yaml builds it too. The index is made here, so that no start waits for it.
FROM python:3.11-slim AS builder

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.txt requirements-dev.txt ./
# Of the tools only setuptools, which installs the project itself.
RUN python -m venv .venv \
 && sed -n '/^setuptools==/,/[^\\]$/p' requirements-dev.txt > /tmp/setuptools.txt \
 && .venv/bin/pip install --require-hashes -r requirements.txt -r /tmp/setuptools.txt \
 && rm requirements-dev.txt

COPY LICENSE README.md pyproject.toml ./
COPY locales locales
COPY content content
COPY bot bot
# Files of the index may be read by their owner alone, who is another below. What only learning needs stays behind.
RUN .venv/bin/pip install --no-deps --no-build-isolation -e . \
 && .venv/bin/rights-bot build \
 && rm index/vectors-*.npz \
 && chmod a+r index/* \
 && .venv/bin/python -m compileall -q bot \
 && .venv/bin/pip uninstall --yes scikit-learn scipy setuptools pip

FROM python:3.11-slim

RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin bot
COPY --from=builder /app /app
# The one folder that is written to.
RUN install --directory --owner=bot --group=bot --mode=700 /app/data
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MPLCONFIGDIR=/tmp/matplotlib
WORKDIR /app
USER 10001
VOLUME ["/app/data"]
EXPOSE 8080
CMD ["rights-bot", "run"]
