import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const needsOpenssl: string | false = spawnSync('openssl', ['version']).error ? 'needs openssl' : false

/** A certificate for 127.0.0.1 that only itself vouches for, valid for a day. PEM. */
export function makeTestCertificate(): { certificate: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-tls-'))
  const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', '/CN=Test Carrier Zebra', '-addext', 'subjectAltName=IP:127.0.0.1']
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', ...curve, ...names, '-days', '1', '-keyout', keyFile, '-out', certificateFile],
      { stdio: 'ignore' },
    )
    return { certificate: readFileSync(certificateFile, 'latin1'), key: readFileSync(keyFile, 'latin1') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
