# Lists a day's faxes with rest-client.
require 'json'
require 'rest-client'

answer = RestClient.post(
  "#{ENV.fetch('FAX_BASE')}/v1/customer/inbound/fax-list",
  {
    numberId: ENV.fetch('FAX_NUMBER_ID'),
    orderId: ENV.fetch('FAX_ORDER_ID'),
    markedAs: 'Done',
    startDate: ENV.fetch('FAX_START_DATE'),
    endDate: ENV.fetch('FAX_END_DATE')
  }.to_json,
  { 'accessToken' => ENV.fetch('FAX_TOKEN'), content_type: :json, accept: :json }
)
puts answer.body
