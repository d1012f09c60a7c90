"""A Kubernetes Indexed Job that runs the benchmark in parts: no operator, no chart, nothing to install."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from webagent.errors import UsageError

__all__ = ["Job", "manifest"]

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")  # RFC 1123, as Kubernetes wants it
_TEMPLATE = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
spec:
  completionMode: Indexed
  completions: {shards}
  parallelism: {parallel}
  backoffLimitPerIndex: 3
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        fsGroup: 1000
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: bench
          image: {image}
          args: {arguments}
{environment}          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
          resources:
            requests:
              cpu: "1"
              memory: 1Gi
            limits:
              memory: 2Gi
          volumeMounts:
            - name: out
              mountPath: /out
            - name: shm
              mountPath: /dev/shm
      volumes:
        - name: out
          persistentVolumeClaim:
            claimName: {claim}
        - name: shm
          emptyDir:
            medium: Memory
            sizeLimit: 512Mi
"""
_ENVIRONMENT = """\
          envFrom:
            - secretRef:
                name: {secret}
"""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is to run where.

    Attributes:
        name: of the job.
        image: of the container.
        claim: name of a PersistentVolumeClaim that every pod can write to.
        shards: parts, a pod each.
        parallel: pods at a time.
        arguments: of ``webagent bench run``, besides --shard and --out.
        secret: name of a Secret whose keys become environment variables, such as OPENAI_API_KEY; "": none.
    """

    name: str
    image: str
    claim: str
    shards: int
    parallel: int
    arguments: tuple[str, ...]
    secret: str = ""


def manifest(job: Job) -> str:
    """The job in YAML.

    Raises:
        UsageError: a name is none that Kubernetes takes.
    """
    for name in filter(None, (job.name, job.claim, job.secret)):
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} is no name for Kubernetes; use small letters, digits and hyphens")
    arguments = ["bench", "run", *job.arguments, "--shard", f"auto/{job.shards}", "--out", f"/out/{job.name}"]
    return _TEMPLATE.format(
        name=job.name,
        image=json.dumps(job.image),
        claim=job.claim,
        shards=job.shards,
        parallel=min(job.parallel, job.shards),
        arguments=json.dumps(arguments),  # JSON is YAML
        environment=_ENVIRONMENT.format(secret=job.secret) if job.secret else "",
    )
