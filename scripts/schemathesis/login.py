"""Who asks: an admin, logged in anew every second, since the calls end sessions as well."""

import os

import requests
import schemathesis

URL = os.environ["SCHEMATHESIS_URL"]
CREDENTIALS = {"email": "root@example.com", "password": os.environ["SCHEMATHESIS_PASSWORD"]}


@schemathesis.auth(refresh_interval=1)
class Login:
    def get(self, case, context):
        answer = requests.post(f"{URL}/api/auth/login", json=CREDENTIALS, timeout=30)
        answer.raise_for_status()
        return answer.json()["access_token"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"
