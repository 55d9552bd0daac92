import type { Disposition } from '../../domain/fax/disposition.ts'
import type { FaxStatus } from '../../domain/fax/fax.ts'
import type { ReceivedStatus } from '../../domain/fax/received-fax.ts'
import type { ProviderSettings } from '../../domain/providers/provider.ts'
import type { Scope } from './scope.ts'

export interface ProviderRow {
  readonly id: string
  readonly accountId: string
  readonly settings: ProviderSettings
  readonly keySealed: Buffer
  /** SHA-256 of the token in the address that the provider posts to. */
  readonly hookTokenHash: Buffer
  /** User name and password that its posts must carry; sealed JSON. `null`: the token alone. */
  readonly hookAuthSealed: Buffer | null
  /** Up to when its sent and received faxes were compared with ours. */
  readonly sentSeenAt: Date | null
  readonly receivedSeenAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type ProviderPatch = Partial<
  Pick<
    ProviderRow,
    | 'settings'
    | 'keySealed'
    | 'hookTokenHash'
    | 'hookAuthSealed'
    | 'sentSeenAt'
    | 'receivedSeenAt'
    | 'updatedAt'
  >
>

/** An attempt whose fax a provider has or had. */
export interface UpstreamAttempt {
  readonly attemptId: string
  readonly faxId: string
  readonly reference: string
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly disposition: Disposition | null
  /** Pages that were handed over. */
  readonly pageCount: number
  /** Pages the provider said had arrived, within this attempt. */
  readonly pagesConfirmed: number
  readonly faxStatus: FaxStatus
}

/** A fax that a provider received for us, from the first we hear of it. */
export interface UpstreamNotice {
  readonly id: string
  readonly providerId: string
  readonly reference: string
  readonly transactionId: string | null
  /** `pending`: to be fetched; `refused`: the provider knows no such fax, or its document cannot be read. */
  readonly status: 'pending' | 'fetched' | 'refused'
  readonly receivedFaxId: string | null
  readonly tries: number
  readonly nextTryAt: Date | null
  readonly createdAt: Date
}

export interface UpstreamReceivedRow {
  readonly receivedFaxId: string
  readonly reference: string
  readonly status: ReceivedStatus
  readonly pageCount: number
}

export interface ProviderRepository {
  insert(provider: Omit<ProviderRow, 'accountId' | 'sentSeenAt' | 'receivedSeenAt'>): Promise<void>
  get(id: string): Promise<ProviderRow | undefined>
  /** Oldest first. */
  list(): Promise<ProviderRow[]>
  update(id: string, patch: ProviderPatch): Promise<ProviderRow | undefined>
  /** Its notices go with it; attempts and received faxes keep its id. */
  delete(id: string): Promise<boolean>
  /** Attempts that have not ended: their faxes are in its hands. */
  countOpenAttempts(id: string): Promise<number>
  /** Which of these references are some attempt's. */
  claimed(id: string, references: readonly string[]): Promise<Set<string>>
  /** Gives an open attempt the provider's reference. `false` when another attempt has it. */
  claim(id: string, attemptId: string, reference: string): Promise<boolean>
  /** Keeps the provider's own words about an attempt beside ours. */
  quote(
    attemptId: string,
    told: { readonly code: number | null; readonly cause: string | null },
  ): Promise<void>
  findAttempt(id: string, reference: string): Promise<UpstreamAttempt | undefined>
  /** Attempts with a reference begun since, oldest first. */
  attemptsSince(id: string, since: Date, limit: number): Promise<UpstreamAttempt[]>
  /** Writes that a fax is to be fetched, once for each reference. `undefined` when that is on record already. */
  notice(
    notice: Pick<UpstreamNotice, 'id' | 'providerId' | 'reference' | 'transactionId' | 'createdAt'>,
  ): Promise<UpstreamNotice | undefined>
  /** Takes a pending notice for one worker until `until`, and counts the try. */
  takeNotice(id: string, now: Date, until: Date): Promise<UpstreamNotice | undefined>
  putNotice(
    id: string,
    patch: Partial<Pick<UpstreamNotice, 'status' | 'receivedFaxId' | 'transactionId' | 'nextTryAt'>>,
  ): Promise<void>
  /** Marks a received fax as this provider's. @throws when another received fax is that one already */
  bindReceived(receivedFaxId: string, providerId: string, reference: string): Promise<void>
  findReceived(providerId: string, references: readonly string[]): Promise<UpstreamReceivedRow[]>
}

/** Providers of all accounts. */
export interface ProviderDirectory {
  /** Whose address a provider posted to. */
  findByHook(tokenHash: Buffer): Promise<{ readonly scope: Scope; readonly providerId: string } | undefined>
}
