#!/bin/sh
# Lists a day's faxes with curl. No Content-Type is named, so curl calls the body a form.
set -eu

curl --silent --show-error --request POST "$FAX_BASE/v1/customer/inbound/fax-list" \
  --header "accessToken: $FAX_TOKEN" \
  --data "{
    \"numberId\": \"$FAX_NUMBER_ID\",
    \"orderId\": \"$FAX_ORDER_ID\",
    \"markedAs\": \"Done\",
    \"startDate\": \"$FAX_START_DATE\",
    \"endDate\": \"$FAX_END_DATE\"
  }"
