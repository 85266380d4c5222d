"""Asks `pactwork mock`, which runs the tests with its URL in PACTWORK_MOCK_URL."""

import json
import os
import urllib.error
import urllib.request


def post(path_or_url, body=None):
    """Sends a request to the control API; a refusal fails the test with its text."""
    url = path_or_url
    if url.startswith("/"):
        url = os.environ["PACTWORK_MOCK_URL"] + url
    request = urllib.request.Request(url, json.dumps(body or {}).encode(), method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        raise AssertionError(json.load(refusal)["detail"]) from None
