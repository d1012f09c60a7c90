# The agent, its environments and the benchmark, with a browser that is always the same one. amd64 and arm64.
#
#   docker build -t webagent .
#   docker run --rm --init --shm-size=1g webagent                          # two minutes: the smoke benchmark
#   docker run --rm --init --shm-size=1g -v results:/out webagent \
#     bench run --suite miniwob56 --episodes 100 --workers 4 --out /out/ours
#
# `scripts/docker-check` builds and runs it without a Docker engine.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv
RUN python3 -m venv /opt/webagent
COPY . /src
RUN /opt/webagent/bin/pip install --no-cache-dir /src
# What runs nothing here: headers, tests, pip, and Playwright's program, which would only download another browser.
RUN cd /opt/webagent/lib/python3*/site-packages \
    && rm -rf playwright/driver pip pip-* \
    && rm -rf pyarrow/include pyarrow/tests pyarrow/*flight* pyarrow/*substrait* pyarrow/*gandiva* \
    && find . -name tests -type d -path '*/numpy/*' -prune -exec rm -rf {} +

FROM ${BASE}
# Debian keeps the newest version only; its archive of that day has this one for ever.
ARG CHROMIUM=156.0.8078.79-1~deb12u1
ARG MIRROR=http://snapshot.debian.org/archive/debian-security/20261123T000000Z
RUN echo "deb [check-valid-until=no] ${MIRROR} bookworm-security main" >/etc/apt/sources.list.d/browser.list \
    && apt-get update \
    && apt-get install -y --no-install-recommends \
      python3 fonts-dejavu-core chromium-headless-shell=${CHROMIUM} chromium-common=${CHROMIUM} \
    && rm -rf /var/lib/apt/lists/* /etc/apt/sources.list.d/browser.list /usr/share/doc /usr/share/man

# The container is the sandbox: Chromium's own needs rights that Docker does not give.
RUN printf '%s\n' '#!/bin/sh' 'exec /usr/lib/chromium/chromium-headless-shell --no-sandbox "$@"' \
      >/usr/local/bin/chromium-in-container \
    && chmod 755 /usr/local/bin/chromium-in-container
ENV WEBAGENT_BROWSER=/usr/local/bin/chromium-in-container PATH=/opt/webagent/bin:$PATH OMP_NUM_THREADS=1

COPY --from=build /opt/webagent /opt/webagent
RUN useradd --create-home --uid 1000 webagent && install -d -o webagent -g webagent /out
USER webagent
WORKDIR /home/webagent
RUN webagent doctor
VOLUME /out

ENTRYPOINT ["webagent"]
CMD ["bench", "run", "--suite", "smoke", "--episodes", "10", "--out", "/out"]
