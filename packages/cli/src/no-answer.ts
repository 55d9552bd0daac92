import { Unreachable } from './failures.ts'

/** What is wrong with a certificate, and what to do about it, by the code OpenSSL or Node gives. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired. Renew it.',
  CERT_NOT_YET_VALID: 'it is not valid yet. Look at the clocks of both machines.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'it is for another host. Ask by the name it was made for, or get one for this name.',
}
/** Of an authority that this machine has never heard of, or a chain that lacks a link. */
const STRANGERS =
  /^(?:UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT)$/
const STRANGER =
  'nobody known here has signed it. If it is of an authority of your own, name its certificate (PEM) in NODE_EXTRA_CA_CERTS.'

/** A request that got no reply, as somebody can mend it. */
export function noAnswer(baseUrl: string, error: unknown): Unreachable {
  if (error instanceof Error && error.name === 'TimeoutError')
    return new Unreachable(
      `No answer from ${baseUrl} in time. What was asked may have been done all the same.`,
    )
  const code = codeOf(error)
  const wrong = STRANGERS.test(code) ? STRANGER : CERTIFICATES[code]
  return new Unreachable(
    wrong === undefined
      ? `No answer from ${baseUrl}. Is the server running? Start it with ./start, or npx answerback serve.`
      : `The certificate of ${baseUrl} does not hold: ${wrong}`,
  )
}

/** `fetch` hides the reason behind "fetch failed". */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}
