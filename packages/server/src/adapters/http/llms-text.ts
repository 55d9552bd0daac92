/** `/llms.txt`: what a language model needs to call the API rightly, and where the rest is. */
export function llmsText(publicUrl: string): string {
  return `# Answerback

> Self-hosted fax API for clinical software. Send a document, follow it to "delivered", be told by webhook.

- Authenticate with \`Authorization: Bearer KEY\`. Keys that start with \`ab_test_\` live in a sandbox and never call anybody.
- In test mode the destination decides the outcome: +1 202 555 0100 delivered, 0101 busy, 0102 no answer, 0103 no fax tone,
  0104 not in service, 0105 dropped, 0106 busy twice then delivered, 0107 slow, 0108 congestion, 0109 training failure,
  0110 never completes, 0111 carrier outage.
- Send: \`curl -H "Authorization: Bearer $KEY" -F to=+12025550100 -F file=@referral.pdf ${publicUrl}/v2/faxes\` answers 202 with an id.
- Read: \`GET /v2/faxes/{id}\`. Final statuses: delivered, partially_delivered, failed, canceled, expired, outcome_unknown.
- \`outcome_unknown\` means the last page may have arrived: a person calls the recipient before anything is sent again.
- Give every POST that creates an \`Idempotency-Key\`, and repeat it when you repeat the request.
- Refusals are application/problem+json with \`code\`, \`detail\`, \`field\` and \`fix\`. Act on \`code\`.
- Never put patient data in tags, webhook addresses or Idempotency-Keys. Document content has an endpoint of its own, audited.

## Reference

- [OpenAPI 3.1](${publicUrl}/openapi.json)
- [API, to read](${publicUrl}/docs/)
- [Errors](${publicUrl}/docs/errors)
`
}
