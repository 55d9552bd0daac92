<?php
// Lists a day's faxes with PHP's curl.

$request = curl_init(getenv('FAX_BASE') . '/v1/customer/inbound/fax-list');
curl_setopt_array($request, [
    CURLOPT_POST => true,
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ['accessToken: ' . getenv('FAX_TOKEN'), 'Content-Type: application/json'],
    CURLOPT_POSTFIELDS => json_encode([
        'numberId' => getenv('FAX_NUMBER_ID'),
        'orderId' => getenv('FAX_ORDER_ID'),
        'markedAs' => 'Done',
        'startDate' => getenv('FAX_START_DATE'),
        'endDate' => getenv('FAX_END_DATE'),
    ]),
]);
$answer = curl_exec($request);
if ($answer === false) {
    fwrite(STDERR, curl_error($request) . "\n");
    exit(1);
}
echo $answer;
