"""python3 insert_order.py URL DOCUMENT: inserts one document, whatever happens on the way, once.

Standard library only. URL is http://host:port/v1/db/{database}/{collection}.
"""

import json
import random
import sys
import time
import urllib.error
import urllib.request
import uuid

DEADLINE_S = 10


def send(method, url, body, content_type):
    """Sends one write until it is answered for good: every try under the same idempotency key."""
    idempotency_key = str(uuid.uuid4())
    until = time.monotonic() + DEADLINE_S
    tries = 0
    while True:
        tries += 1
        left_s = max(0.001, until - time.monotonic())
        headers = {
            "Content-Type": content_type,
            "Idempotency-Key": idempotency_key,
            # Not sent to the database by then, it never will be.
            "X-Deadline-Ms": str(max(1, int(left_s * 1000))),
        }
        request = urllib.request.Request(url, body, headers, method=method)
        told_s = 0.0
        try:
            with urllib.request.urlopen(request, timeout=left_s + 1) as response:
                return json.load(response)
        except urllib.error.HTTPError as refusal:
            with refusal:
                told_s = float(refusal.headers.get("Retry-After", 0))
                problem = json.load(refusal)
            if not problem["retryable"]:
                raise SystemExit(f"{problem['code']}: {problem['detail']}") from None
            failure = problem["code"]
        except OSError as lost:  # no answer: the write may be there, so only this key is safe
            failure = str(lost)
        wait_s = max(told_s, min(2.0, 0.05 * 2**tries)) * random.uniform(1, 1.25)
        if time.monotonic() + wait_s >= until:
            raise SystemExit(f"gave up after {tries} tries: {failure}")
        time.sleep(wait_s)


if __name__ == "__main__":
    receipt = send("POST", sys.argv[1], sys.argv[2].encode(), "application/json")
    print(json.dumps(receipt))
