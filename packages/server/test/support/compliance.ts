import type { Installation, InstallationFacts } from '../../src/ports/installation.ts'

/** A production installation with nothing to find fault with, at a moment. */
export function goodInstallation(now: Date): InstallationFacts {
  return {
    profile: 'production',
    version: '0.0.0-test',
    nodeVersion: 'v24.0.0',
    listensOnLoopback: true,
    tls: 'own',
    publicUrl: 'https://fax.clinic.example',
    logLevel: 'info',
    keysInsideData: false,
    keyFiles: [
      { what: 'key folder', mode: 0o700 },
      { what: 'key file 1', mode: 0o600 },
    ],
    dataFiles: [{ what: 'data folder', mode: 0o700 }],
    credentialsFile: { what: 'credentials.json', mode: null },
    database: { kind: 'external', transport: 'verified_tls' },
    systems: [{ kind: 'smtp', host: 'mail.clinic.example' }],
    sipLine: true,
    federatedSecondFactor: false,
    keepsCheckpointsElsewhere: true,
    backups: {
      lastBackupAt: new Date(now.getTime() - 3_600_000),
      lastDrillAt: new Date(now.getTime() - 5 * 86_400_000),
    },
    settings: { profile: 'production' },
  }
}

export function testInstallation(more: Partial<InstallationFacts> = {}): Installation {
  return {
    look: async () => ({ ...goodInstallation(new Date(0)), ...more }),
    components: async () => [{ name: 'example', version: '1.0.0', license: 'MIT', integrity: 'sha512-AAAA' }],
  }
}
