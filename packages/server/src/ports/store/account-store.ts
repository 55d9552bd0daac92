import type { RetryOverrides } from '../../domain/attempts/retry-overrides.ts'
import type { DestinationRules } from '../../domain/numbers/destination-rules.ts'
import type { OutboundLine } from '../../domain/providers/provider.ts'
import type { Quotas } from '../../domain/quota.ts'
import type { MisdirectionSettings } from '../../domain/recipients/misdirection.ts'
import type { ApiKeyRow } from './api-key-store.ts'

export interface AccountRow {
  readonly id: string
  readonly name: string
  readonly wrappedKey: Buffer
  readonly testClockOffsetMs: number
  readonly settings: AccountSettings
  readonly createdAt: Date
  /** When its key was last given a new version, or that was put to use; `null` while no version is new. */
  readonly keyRotatedAt?: Date | null
}

export interface AccountSettings {
  readonly stationId?: string
  readonly headerText?: string
  readonly callerId?: string
  readonly paper?: 'letter' | 'a4' | 'legal'
  readonly timeZone?: string
  readonly retryPolicy?: RetryOverrides
  readonly coverTemplates?: Readonly<Record<string, unknown>>
  readonly duplicateGuardMinutes?: number
  /** How live faxes leave; absent: `DEFAULT_OUTBOUND_LINE`. */
  readonly outboundLine?: OutboundLine
  /** Cover sheets carry a return code unless a fax says otherwise. */
  readonly returnCodes?: boolean
  /** What an iFax client gets that asks for faxes marked `Done`: all that were received (default), or those somebody marked. */
  readonly ifaxMarkedAs?: 'received' | 'marked'
  /** What keeps faxes from wrong numbers, where it differs from the defaults of `domain/recipients/misdirection.ts`. */
  readonly misdirection?: MisdirectionSettings
  /** Where live faxes may go, and how much: never more than the operator lets everybody. */
  readonly destinations?: DestinationRules
  readonly quotas?: Quotas
}

export interface AccountRepository {
  get(): Promise<AccountRow>
  /** Moves the test clock on; only test-mode rows read it. Returns the new offset in ms. */
  advanceTestClock(byMs: number): Promise<number>
  updateSettings(settings: AccountSettings): Promise<void>
}

/** Why an account cannot be closed yet. */
export type AccountObstacle = 'hold' | 'fax' | 'call' | 'trunk' | 'provider' | 'number' | 'webhook'

export interface ClosedAccount {
  /** As it was. */
  readonly wrappedKey: Buffer
  readonly sent: number
  readonly received: number
  readonly documents: number
}

/** All accounts of the installation. */
export interface AccountDirectory {
  create(account: AccountRow): Promise<void>
  /** Those that are not closed. */
  list(): Promise<AccountRow[]>
  /** Of any account: a request says only its key. */
  findApiKey(hash: Buffer): Promise<ApiKeyRow | undefined>
  /** What must be gone first. Nothing new comes to the account until the transaction ends. */
  obstacle(accountId: string): Promise<AccountObstacle | undefined>
  /** Destroys its key and all under it, and ends everything that would be done for it. */
  close(accountId: string, at: Date): Promise<ClosedAccount>
}
