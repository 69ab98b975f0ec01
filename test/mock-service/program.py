"""A program in another language: sends each line of JSON that it reads as a request, and prints what came of it."""

import json
import sys
import urllib.error
import urllib.request

# A proxy of the environment is not for what this machine serves itself.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(sent):
    request = urllib.request.Request(
        sent["url"],
        method=sent["method"],
        headers=sent["headers"],
        data=None if sent["body"] is None else sent["body"].encode(),
    )
    try:
        return said(opener.open(request, timeout=sent["timeout"] / 1000))
    except urllib.error.HTTPError as error:
        return said(error)
    except TimeoutError:
        return {"failed": "timeout"}
    except (ConnectionResetError, urllib.error.URLError):
        return {"failed": "reset"}


def said(reply):
    return {
        "status": reply.status,
        "scenario": reply.headers["X-Mock-Scenario"],
        "retryAfter": reply.headers["Retry-After"],
        "text": reply.read().decode(),
    }


for line in sys.stdin:
    print(json.dumps(send(json.loads(line))), flush=True)
