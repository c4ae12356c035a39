"""python3 send.py URL FILE: sends the file with http.client, prints the last line of the answer."""

import http.client
import sys
import urllib.parse

url = urllib.parse.urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
with open(sys.argv[2], "rb") as lines:
    connection.request(
        "POST",
        url.path + "?" + url.query,
        body=lines,
        headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": "python"},
        encode_chunked=True,
    )
response = connection.getresponse()
last = response.read().decode().rstrip("\n").split("\n")[-1]
print(response.status, last)
