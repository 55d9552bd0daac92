import type { Mode } from '../../domain/fax/fax.ts'

export interface ApiKeyRow {
  readonly id: string
  readonly accountId: string
  readonly mode: Mode
  readonly name: string
  readonly hash: Buffer
  /** Last four characters, so that a person recognises it. */
  readonly hint: string
  readonly scopes: readonly string[]
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
  readonly replacedBy: string | null
  /** Addresses and CIDR blocks it works from; `null`: any. */
  readonly allowedAddresses: readonly string[] | null
  /** Id of the person or key that made it. */
  readonly madeBy: string | null
}

export interface ApiKeyRepository {
  insert(key: ApiKeyRow): Promise<void>
  get(id: string): Promise<ApiKeyRow | undefined>
  list(): Promise<ApiKeyRow[]>
  update(
    id: string,
    patch: Partial<
      Pick<
        ApiKeyRow,
        'name' | 'scopes' | 'expiresAt' | 'lastUsedAt' | 'revokedAt' | 'replacedBy' | 'allowedAddresses'
      >
    >,
  ): Promise<ApiKeyRow | undefined>
}
