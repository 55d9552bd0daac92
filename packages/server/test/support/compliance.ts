import type { GuardedFile, Installation, InstallationFacts } from '../../src/ports/installation.ts'

/** One that nobody else reads. */
export function closed(what: string, mode = 0o600): GuardedFile {
  return { what, mode, isForeign: false }
}

/** A production installation with nothing to find fault with, at a moment. */
export function goodInstallation(now: Date): InstallationFacts {
  const days = (ago: number) => new Date(now.getTime() - ago * 86_400_000)
  return {
    profile: 'production',
    version: '0.0.0-test',
    nodeVersion: 'v24.0.0',
    listensOnLoopback: true,
    tls: 'own',
    publicUrl: 'https://fax.clinic.example',
    certificates: [{ what: 'API', seen: { from: days(30), until: days(-60), fitsAddress: true } }],
    trustedProxies: ['10.0.3.7'],
    metricsReaders: ['127.0.0.0/8', '::1/128'],
    keysInsideData: false,
    masterKey: closed('master key'),
    keyFiles: [closed('key folder', 0o700), closed('key file 1')],
    dataFiles: [closed('data folder', 0o700)],
    secretFiles: [closed('configuration'), closed('key of the API’s certificate', 0o640)],
    credentialsFile: { what: 'credentials.json', mode: null, isForeign: false },
    database: { kind: 'external', transport: 'verified_tls', schema: 'same' },
    systems: [{ kind: 'smtp', host: 'mail.clinic.example' }],
    sipLine: true,
    federatedSecondFactor: false,
    keptCheckpoints: { isInsideData: false, last: { size: 10, note: '' } },
    backups: {
      lastBackupAt: days(0.1),
      lostDocuments: 0,
      lastDrillAt: days(5),
      lastTry: { at: days(5), passed: true, backupMadeAt: days(6) },
    },
    disk: { freeBytes: 50 * 2 ** 30, bytes: 100 * 2 ** 30 },
    settings: { profile: 'production' },
  }
}

export function testInstallation(more: Partial<InstallationFacts> = {}): Installation {
  return {
    look: async () => ({ ...goodInstallation(new Date(0)), ...more }),
    destructionList: async () => undefined,
    components: async () => [{ name: 'example', version: '1.0.0', license: 'MIT', integrity: 'sha512-AAAA' }],
  }
}
