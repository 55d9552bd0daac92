import base64, hashlib, hmac, time


def verify_webhook(secret, headers, raw_body, now=None):
    """Raises unless the request was signed with `secret` within the last five minutes. `raw_body`: bytes as received."""
    message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs((now or time.time()) - int(timestamp)) > 300:
        raise ValueError("webhook: too old")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + raw_body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(expected, sent) for sent in headers["webhook-signature"].split(" ")):
        raise ValueError("webhook: wrong signature")
