import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CONFIG = `[ca]
default_ca = zebra
[zebra]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`

/** A certificate that only itself vouches for, of so many days ago until so many days from now. PEM. */
export function makeCertificate(
  from: number,
  until: number,
  name: string,
): { certificate: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'answerback-ca-'))
  const openssl = (...options: string[]) => execFileSync('openssl', options, { cwd: folder, stdio: 'ignore' })
  try {
    writeFileSync(join(folder, 'ca.cnf'), CONFIG)
    writeFileSync(join(folder, 'index.txt'), '')
    writeFileSync(join(folder, 'serial'), '01')
    writeFileSync(join(folder, 'names'), `subjectAltName=${name}`)
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    openssl('req', ...curve, '-subj', '/CN=Zebra', '-keyout', 'key.pem', '-out', 'request.pem')
    const times = ['-startdate', timeOf(from), '-enddate', timeOf(until)]
    const files = [
      '-in',
      'request.pem',
      '-out',
      'certificate.pem',
      '-keyfile',
      'key.pem',
      '-extfile',
      'names',
    ]
    openssl('ca', '-batch', '-selfsign', '-notext', '-config', 'ca.cnf', ...times, ...files)
    const read = (path: string) => readFileSync(join(folder, path), 'latin1')
    return { certificate: read('certificate.pem'), key: read('key.pem') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** `YYYYMMDDHHMMSSZ` */
function timeOf(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000).toISOString()
  return `${at.slice(0, 19).replace(/[-:T]/g, '')}Z`
}
