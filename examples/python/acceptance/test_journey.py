import json
import os
import urllib.request


def test_a_basket_has_a_total():
    address = os.environ["STAGEGATE_URL_API"] + "/total"
    body = json.dumps({"prices": [2, 3]}).encode()
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer) == {"total": 5}
