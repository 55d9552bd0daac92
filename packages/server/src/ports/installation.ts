import type { AssociateSystem } from '../domain/associates/associate.ts'

/** A file or folder that must be nobody else's. */
export interface GuardedFile {
  /** What it is, for people; never a path. */
  readonly what: string
  /** Permission bits; `null`: it is not there. */
  readonly mode: number | null
}

/** What can be seen of an installation besides its database. No secret, and no path. */
export interface InstallationFacts {
  readonly profile: 'development' | 'production'
  readonly version: string
  readonly nodeVersion: string
  readonly listensOnLoopback: boolean
  /** Who speaks TLS to callers: this server, or a proxy that the operator says is in front. */
  readonly tls: 'own' | 'proxy' | 'none'
  readonly publicUrl: string | null
  readonly logLevel: 'debug' | 'info' | 'warn'
  /** Whether the keys lie under the data they protect. */
  readonly keysInsideData: boolean
  readonly keyFiles: readonly GuardedFile[]
  readonly dataFiles: readonly GuardedFile[]
  /** Of the development profile's keys in clear text. */
  readonly credentialsFile: GuardedFile
  readonly database: {
    readonly kind: 'embedded' | 'external'
    /** `local`: nothing leaves this machine. */
    readonly transport: 'local' | 'verified_tls' | 'unverified_tls' | 'plain'
  }
  /** Services of others that it uses. */
  readonly systems: readonly { readonly kind: AssociateSystem; readonly host: string }[]
  readonly sipLine: boolean
  /** The identity provider asks for a second factor. */
  readonly federatedSecondFactor: boolean
  readonly keepsCheckpointsElsewhere: boolean
  readonly backups: BackupFacts
  /** Settings that hold no secret, as configured. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>
}

/** What the operator's backup job wrote of itself. */
export interface BackupFacts {
  readonly lastBackupAt: Date | null
  /** When a backup was last restored elsewhere and compared. */
  readonly lastDrillAt: Date | null
}

/** A third-party package that is part of the product. */
export interface Component {
  readonly name: string
  readonly version: string
  readonly license: string | null
  /** As in the lockfile. */
  readonly integrity: string | null
}

export interface Installation {
  look(): Promise<InstallationFacts>
  /** From the lockfile; empty when there is none beside the program. */
  components(): Promise<readonly Component[]>
}
