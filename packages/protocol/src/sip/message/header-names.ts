/** RFC 3261 §7.3.3 and the registry: the one-letter forms a peer may use for the headers we read. */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
}

/** Names whose usual spelling is not one capital a word. */
const IRREGULAR: Readonly<Record<string, string>> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'min-se': 'Min-SE',
  'mime-version': 'MIME-Version',
  rack: 'RAck',
  rseq: 'RSeq',
  'www-authenticate': 'WWW-Authenticate',
}

/** The full name in lower case, whichever form and case the peer chose. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase()
  return lower.length === 1 ? (COMPACT[lower] ?? lower) : lower
}

/** The spelling of the standards, for peers that compare names case by case. */
export function wireName(canonical: string): string {
  return IRREGULAR[canonical] ?? canonical.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase())
}
