/** Whose duty a safeguard is. `shared`: the program does a part, and its template or page says which part is left. */
export type SafeguardOwner = 'software' | 'operator' | 'shared'

/** `proposed`: 90 FR 898 of January 6, 2025, which was not final when this was written; look again before relying on it. */
export type SafeguardKind = 'standard' | 'required' | 'addressable' | 'proposed'

export interface Safeguard {
  /** Of 45 CFR part 164. */
  readonly clause: string
  readonly title: string
  readonly kind: SafeguardKind
  readonly owner: SafeguardOwner
  /** What the program does about it; `null`: nothing. */
  readonly feature: string | null
  /** Ids of live checks (`GET /v2/compliance`). */
  readonly checks: readonly string[]
  /** Pages and templates of `docs/`. */
  readonly docs: readonly string[]
}

/** The same as a line of a table. */
export type SafeguardRow = readonly [
  clause: string,
  title: string,
  kind: SafeguardKind,
  owner: SafeguardOwner,
  feature: string | null,
  checks: readonly string[],
  docs: readonly string[],
]

/** Pages that several safeguards name. */
export const TEMPLATES = 'docs/compliance/templates'
export const SECURITY_PAGE = 'docs/compliance/operator-security.md'
export const SHARED_PAGE = 'docs/compliance/shared-responsibility.md'
export const AUDIT_PAGE = 'docs/explanation/audit.md'
export const CEREMONY_PAGE = 'docs/compliance/key-ceremony.md'
