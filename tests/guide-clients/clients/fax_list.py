"""Lists a day's faxes with requests."""

import os

import requests

answer = requests.post(
    os.environ["FAX_BASE"] + "/v1/customer/inbound/fax-list",
    headers={"accessToken": os.environ["FAX_TOKEN"]},
    json={
        "numberId": os.environ["FAX_NUMBER_ID"],
        "orderId": os.environ["FAX_ORDER_ID"],
        "markedAs": "Done",
        "startDate": os.environ["FAX_START_DATE"],
        "endDate": os.environ["FAX_END_DATE"],
    },
    timeout=30,
)
print(answer.text)
