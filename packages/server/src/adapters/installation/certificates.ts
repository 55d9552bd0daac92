import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { CertificateFacts } from '../../ports/installation.ts'

/** Where a certificate is shown: by a listener, or, for one that is not ours to ask, in a file. */
export type CertificatePlace =
  | { readonly what: string; readonly host: string; readonly port: number; readonly name: string | null }
  | { readonly what: string; readonly path: string }

/** Our own listener answers at once, a proxy in front of us soon. */
const LIMIT_MS = 3_000

/**
 * Looks at a certificate as whoever is shown it does: what a listener hands out now may be another one than lies in its file.
 * @returns `seen: null` when there is no handshake, or no file
 */
export async function lookAtCertificate(place: CertificatePlace): Promise<CertificateFacts> {
  const { what } = place
  const certificate =
    'path' in place ? await inFile(place.path) : await shownBy(place.host, place.port, place.name)
  if (!certificate) return { what, seen: null }
  const { validFromDate: from, validToDate: until } = certificate
  const name = 'name' in place ? place.name : null
  return { what, seen: { from, until, fitsAddress: name === null ? null : fits(certificate, name) } }
}

function fits(certificate: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)
  return found !== undefined
}

async function inFile(path: string): Promise<X509Certificate | undefined> {
  try {
    return new X509Certificate(await readFile(path))
  } catch {
    return undefined
  }
}

/** Whether it is trusted is for callers to say, who know their own authorities; here it is only looked at. */
function shownBy(host: string, port: number, name: string | null): Promise<X509Certificate | undefined> {
  return new Promise((resolve) => {
    const servername = name !== null && isIP(name) === 0 ? { servername: name } : {}
    const socket = connect({ host, port, ...servername, rejectUnauthorized: false, minVersion: 'TLSv1.2' })
    const end = (found?: X509Certificate) => {
      socket.destroy()
      resolve(found)
    }
    socket.setTimeout(LIMIT_MS, () => end())
    socket.once('secureConnect', () => end(socket.getPeerX509Certificate()))
    socket.once('error', () => end())
  })
}
