# The agent, its environments and the benchmark, with a browser that is always the same one. amd64 and arm64.
#
#   docker build -t webagent .
#   docker run --rm --init --shm-size=1g webagent                          # at most two minutes: the smoke benchmark
#   docker run --rm --init --shm-size=1g -v results:/out webagent \
#     bench run --suite miniwob56 --episodes 100 --workers 4 --out /out/ours
#
# `scripts/docker-check` builds and runs it, also without a Docker engine.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-venv
RUN python3 -m venv /opt/webagent
COPY . /src
RUN /opt/webagent/bin/pip install --no-cache-dir /src
# What runs nothing here: Selenium, for which MiniWoB++ asks and whose pages alone are used; Playwright's program, which
# would only download another browser; Arrow's ways to other machines; headers, sources, tests, and pip itself.
RUN /opt/webagent/bin/pip uninstall --yes selenium trio trio-websocket setuptools pip \
    && cd /opt/webagent/lib/python3*/site-packages \
    && rm -rf playwright/driver pyarrow/include pyarrow/src pyarrow/tests numpy/_core/include numpy/f2py \
    && find pyarrow \( -name '*flight*' -o -name '*s3*' -o -name '*.p[xy][xdi]' \) -delete \
    && find numpy -name tests -type d -prune -exec rm -rf {} + \
    && find numpy -name '*.a' -delete

FROM ${BASE}
# Debian keeps the newest version only; its archive of that day has this one for ever.
ARG CHROMIUM=156.0.8078.79-1~deb12u1
ARG MIRROR=http://snapshot.debian.org/archive/debian-security/20261123T000000Z
# The libraries are those that the browser itself names. Its common files ask for desktop tools, and these for a
# compiler of graphics programs: left out, with the checks and the menus that only a visible browser has.
RUN echo "deb [check-valid-until=no] ${MIRROR} bookworm-security main" >/etc/apt/sources.list.d/browser.list \
    && apt-get update \
    && cd /tmp \
    && apt-get download chromium-headless-shell=${CHROMIUM} chromium-common=${CHROMIUM} \
    && apt-get install -y --no-install-recommends python3 fonts-dejavu-core \
      $(dpkg-deb --field chromium-headless-shell_*.deb Depends | sed 's/([^)]*)//g; s/chromium-common//; s/,/ /g') \
    && dpkg --force-depends --install chromium-*.deb \
    && rm -rf chromium-*.deb /usr/lib/chromium/libVk* /usr/lib/chromium/resources.pak \
      /etc/apt/sources.list.d/browser.list /var/lib/apt/lists/* /var/cache/apt /usr/share/doc /usr/share/man

# The container is the sandbox: Chromium's own needs rights that Docker does not give.
RUN printf '%s\n' '#!/bin/sh' 'exec /usr/lib/chromium/chromium-headless-shell --no-sandbox "$@"' \
      >/usr/local/bin/chromium-in-container \
    && chmod 755 /usr/local/bin/chromium-in-container
ENV WEBAGENT_BROWSER=/usr/local/bin/chromium-in-container PATH=/opt/webagent/bin:$PATH OMP_NUM_THREADS=1

COPY --from=build /opt/webagent /opt/webagent
RUN useradd --create-home --uid 1000 webagent && install -d -o webagent -g webagent /out
USER webagent
WORKDIR /home/webagent
RUN webagent doctor && /opt/webagent/bin/python -c 'import pyarrow.parquet, pyarrow.compute, PIL.Image, rich.syntax'
VOLUME /out

ENTRYPOINT ["webagent"]
CMD ["bench", "run", "--suite", "smoke", "--episodes", "30", "--out", "/out"]
