"""Runs Canaille, an OpenID Connect provider by other people, on loopback for one test.

Two people have accounts, in memory: bruno and mallory, each with the password "correct horse
battery". The first line that it writes is its address. The first line that it reads is where the
house, its client "entente" with the secret in ENTENTE_DIRECTORY_SECRET, wants people sent back to.
"""

import datetime
import os
import socket
import sys
import threading

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from werkzeug.serving import make_server

PASSWORD = "correct horse battery"


def people():
    for name in ["bruno", "mallory"]:
        yield models.User(
            user_name=name,
            family_name=name.capitalize(),
            formatted_name=name.capitalize(),
            emails=[f"{name}@directory.example"],
            password=PASSWORD,
        )


def house(redirect_uri):
    client = models.Client(
        client_id="entente",
        client_secret=os.environ["ENTENTE_DIRECTORY_SECRET"],
        client_id_issued_at=datetime.datetime.now(datetime.timezone.utc),
        client_name="Entente",
        # People are not asked whether they trust a client of a trusted domain: they sign in.
        client_uri="http://127.0.0.1",
        redirect_uris=[redirect_uri],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid"],
        token_endpoint_auth_method="client_secret_basic",
    )
    yield client
    # Its tokens are for itself, which it can say once it is kept.
    client.audience = [client]
    yield client


def save(app, things):
    with app.app_context():
        for thing in things:
            Backend.instance.save(thing)


def main():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(
        {
            "SECRET_KEY": os.urandom(32).hex(),
            "SERVER_NAME": address,
            "PREFERRED_URL_SCHEME": "http",
            "SESSION_COOKIE_SECURE": False,
            "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False, "SMTP": None},
            "CANAILLE_OIDC": {},
        }
    )
    save(app, people())
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listener.fileno())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://{address}", flush=True)
    save(app, house(sys.stdin.readline().strip()))
    print("ready", flush=True)
    # It ends with whoever started it.
    sys.stdin.read()


if __name__ == "__main__":
    main()
