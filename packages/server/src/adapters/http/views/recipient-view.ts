import type { RecipientView } from '../../../application/recipients/recipient-view.ts'
import { maskNumber } from '../../../domain/numbers/number.ts'
import { confirmationEnds, recipientState } from '../../../domain/recipients/recipient.ts'
import { timeOrNull } from './time.ts'

/** Whole numbers are content, as everywhere. */
export const showsNumbers = (scopes: readonly string[]) => scopes.includes('faxes:content')

/** @param showNumbers whether the reader may see whole telephone numbers */
export function recipientView({ recipient, expiryMonths, now }: RecipientView, showNumbers: boolean) {
  const { row, number, details, identities } = recipient
  const shown = showNumbers ? (text: string) => text : maskNumber
  const { confirmedHow: how, confirmedBy: by, confirmedAt, suspendedWhy, suspendedAt } = row
  return {
    id: row.id,
    number: shown(number),
    name: details.name,
    organisation: details.organisation ?? null,
    department: details.department ?? null,
    source: row.source,
    state: recipientState(row, expiryMonths, now),
    confirmation:
      how && by !== null && confirmedAt
        ? {
            how,
            by,
            at: confirmedAt.toISOString(),
            expiresAt: timeOrNull(confirmationEnds(row, expiryMonths)),
          }
        : null,
    suspension: suspendedWhy && suspendedAt ? { why: suspendedWhy, at: suspendedAt.toISOString() } : null,
    lastDeliveredAt: timeOrNull(row.lastDeliveredAt),
    identities: identities.map((each) => ({ ...each, name: shown(each.name) })),
    verification:
      row.codeFaxId !== null && row.codeExpiresAt
        ? {
            faxId: row.codeFaxId,
            expiresAt: row.codeExpiresAt.toISOString(),
            triesLeft: row.codeTriesLeft,
          }
        : null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
