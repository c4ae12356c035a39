"""python3 place_order.py URL ID: places an order and pays it, whatever happens on the way, once.

Standard library only. URL is http://host:port/v1/db/{database}/{collection}, a collection that
takes changes in the direct lane.
"""

import json
import random
import sys
import time
import urllib.error
import urllib.parse
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


def place(url, order_id):
    order = {"_id": order_id, "status": "pending", "total": "19.99"}
    return send("POST", url, json.dumps(order).encode(), "application/json")


def pay(url, order_id):
    """Only an order that is still pending is paid; any other answers 412."""
    path = urllib.parse.quote(order_id, safe="")
    condition = urllib.parse.quote(json.dumps({"status": "pending"}))
    update = {"$set": {"status": "paid"}}
    return send(
        "PATCH",
        f"{url}/{path}?if={condition}",
        json.dumps(update).encode(),
        "application/vnd.headrace.update+json",
    )


if __name__ == "__main__":
    print(json.dumps(place(sys.argv[1], sys.argv[2])))
    print(json.dumps(pay(sys.argv[1], sys.argv[2])))
