import type { SecureContextOptions, TlsOptions } from 'node:tls'
import type { Pem } from './tls-files.ts'

/**
 * What we speak: TLS 1.3, and of 1.2 the suites with forward secrecy and authenticated encryption (RFC 9325 §4.2,
 * SP 800-52r2 §3.3.1). Everything older is refused in the handshake.
 */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
]
const HANDSHAKE_TIMEOUT_MS = 10_000

/** For `setSecureContext`: new connections get it, those that are open go on. */
export function secureContext(pem: Pem): SecureContextOptions {
  return { ...pem, minVersion: 'TLSv1.2', ciphers: CIPHERS.join(':'), honorCipherOrder: true }
}

/** For a server. With a CA of callers, nobody without a certificate of it gets as far as HTTP. */
export function tlsOptions(pem: Pem): TlsOptions {
  const asksCallers = pem.ca !== undefined
  return {
    ...secureContext(pem),
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    requestCert: asksCallers,
    rejectUnauthorized: asksCallers,
  }
}
