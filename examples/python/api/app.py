import os

from flask import Flask, jsonify, request

app = Flask(__name__)


def total(prices):
    return sum(prices)


@app.get("/health")
def health():
    return "ok"


@app.post("/total")
def show_total():
    return jsonify(total=total(request.get_json()["prices"]))


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ["PORT"]))
