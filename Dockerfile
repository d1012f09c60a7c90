# The same as `pip install .`, with a Chromium:
#   docker build -t webagent . && docker run --rm --init --shm-size=1g webagent demo --out /tmp/demo.png
FROM python:3.12-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends chromium-headless-shell fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

# The container is the sandbox: Chromium's own needs rights that Docker does not give.
RUN printf '%s\n' '#!/bin/sh' 'exec /usr/lib/chromium/chromium-headless-shell --no-sandbox "$@"' \
      >/usr/local/bin/chromium-in-container \
    && chmod 755 /usr/local/bin/chromium-in-container
ENV WEBAGENT_BROWSER=/usr/local/bin/chromium-in-container

# Before the sources, so that a change of ours does not fetch it again; the CPU build has no CUDA libraries.
RUN pip install --no-cache-dir --index-url https://download.pytorch.org/whl/cpu torch==2.13.0

COPY . /src
RUN pip install --no-cache-dir /src && rm -rf /src

RUN useradd --create-home webagent
USER webagent
WORKDIR /home/webagent
RUN webagent doctor

ENTRYPOINT ["webagent"]
CMD ["--help"]
