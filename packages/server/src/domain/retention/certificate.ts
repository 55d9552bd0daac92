import { openNote } from '../audit/checkpoint.ts'
import type { Mode } from '../fax/fax.ts'

/** The form of what certificates of destruction say. */
export const DESTRUCTION_STATEMENT = 'answerback-destruction/1'

/** How much of a fax goes: what OCR read; also its pages, documents and cover sheet; also who it was from and to and what was said of it. */
export type Depth = 'text' | 'content' | 'all'

/** Why something was destroyed: it was asked for by id, for a patient, or its time was over. */
export type DestructionReason = 'request' | 'patient' | 'retention'

export interface CertifiedFax {
  readonly id: string
  readonly depth: Depth
  readonly documents: readonly { readonly id: string }[]
  /** That other faxes used when this one went. */
  readonly kept: readonly { readonly id: string }[]
}

/** What a certificate says is gone: some faxes of one account and mode, or an account with all it held. */
export type Certified = { readonly id: string; readonly madeAt: string; readonly accountId: string } & (
  | {
      readonly faxes: readonly CertifiedFax[]
      readonly mode: Mode
      readonly reason: DestructionReason
    }
  | { readonly account: object }
)

/** What a certificate says; `undefined` when this key did not sign it, or it is none. */
export function openCertificate(note: string, publicKey: Buffer): Certified | undefined {
  const text = openNote(note, publicKey)
  // The key signs notes that are no JSON too.
  if (!text?.startsWith('{')) return undefined
  const said = JSON.parse(text)
  return said.statement === DESTRUCTION_STATEMENT ? said : undefined
}
