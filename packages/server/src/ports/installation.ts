import type { AssociateSystem } from '../domain/associates/associate.ts'
import type { CertificateList } from './certificate-list.ts'

/** A file or folder that must be nobody else's. */
export interface GuardedFile {
  /** What it is, for people; never a path. */
  readonly what: string
  /** Permission bits; `null`: it is not there. */
  readonly mode: number | null
  /** It belongs to a user who is neither the server's nor root, and who may read it whatever its mode. */
  readonly isForeign: boolean
}

/** A certificate that others are shown in our name. */
export interface CertificateFacts {
  readonly what: string
  /** `null`: nobody could look at it from this machine. */
  readonly seen: {
    readonly from: Date
    readonly until: Date
    /** It is for the host of the public address; `null`: nobody compares the two. */
    readonly fitsAddress: boolean | null
  } | null
}

/** The copies of the audit log's checkpoints that lie elsewhere. */
export interface KeptCheckpoints {
  /** Whoever changes the data can change them too. */
  readonly isInsideData: boolean
  /** The last one in the file; `null`: there is none, or no file. */
  readonly last: { readonly size: number; readonly note: string } | null
}

/**
 * How the schema stands to this program. `newer`: another version has changed it; `older`: the program on the disk has changes that the one
 * that runs has not made; `edited`: a change was made in another form than this program knows.
 */
export type SchemaStanding = 'same' | 'newer' | 'older' | 'edited'

/** What can be seen of an installation besides its database. No secret, and no path. */
export interface InstallationFacts {
  readonly profile: 'development' | 'production'
  readonly version: string
  readonly nodeVersion: string
  readonly listensOnLoopback: boolean
  /** Who speaks TLS to callers: this server, or a proxy that the operator says is in front. */
  readonly tls: 'own' | 'proxy' | 'none'
  readonly publicUrl: string | null
  readonly certificates: readonly CertificateFacts[]
  /** Addresses and CIDR blocks whose word about callers is believed. */
  readonly trustedProxies: readonly string[]
  /** Addresses and CIDR blocks that may read `/metrics`. */
  readonly metricsReaders: readonly string[]
  /** Whether the keys lie under the data they protect. */
  readonly keysInsideData: boolean
  /** `null`: a key service holds the master key. */
  readonly masterKey: GuardedFile | null
  readonly keyFiles: readonly GuardedFile[]
  readonly dataFiles: readonly GuardedFile[]
  /** Whatever else holds a secret: the configuration, keys of certificates, tokens. */
  readonly secretFiles: readonly GuardedFile[]
  /** Of the development profile's keys in clear text. */
  readonly credentialsFile: GuardedFile
  readonly database: {
    readonly kind: 'embedded' | 'external'
    /** `local`: nothing leaves this machine. */
    readonly transport: 'local' | 'verified_tls' | 'unverified_tls' | 'plain'
    readonly schema: SchemaStanding
  }
  /** Services of others that it uses. */
  readonly systems: readonly { readonly kind: AssociateSystem; readonly host: string }[]
  readonly sipLine: boolean
  /** The identity provider asks for a second factor. */
  readonly federatedSecondFactor: boolean
  /** `null`: none are kept. */
  readonly keptCheckpoints: KeptCheckpoints | null
  readonly backups: BackupFacts
  /** Of the file system the data folder is on. */
  readonly disk: { readonly freeBytes: number; readonly bytes: number }
  /** Settings that hold no secret, as configured. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>
}

/** What the operator's backup job wrote of itself. */
export interface BackupFacts {
  readonly lastBackupAt: Date | null
  /** Documents that it lacks, though nobody destroyed them; 0 where the job does not tell. */
  readonly lostDocuments: number
  /** When a backup was last restored elsewhere and compared. */
  readonly lastDrillAt: Date | null
  /** The last restore that was tried, whatever came of it; `null`: the job does not tell. */
  readonly lastTry: DrillFacts | null
}

export interface DrillFacts {
  readonly at: Date
  readonly passed: boolean
  /** Of when the backup was; `null`: it could not be read. */
  readonly backupMadeAt: Date | null
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
  /** Beside the last backup; `undefined` when none is known of. */
  destructionList(): Promise<CertificateList | undefined>
  /** From the lockfile; empty when there is none beside the program. */
  components(): Promise<readonly Component[]>
}
