import { stageDocument } from '../../src/application/documents/intake-document.ts'
import type { SendFaxRequest } from '../../src/application/sending/new-fax.ts'
import type { AcceptedFax } from '../../src/application/sending/record-accepted.ts'
import { sendFax } from '../../src/application/sending/send-fax.ts'
import type { Services } from '../../src/application/services.ts'
import type { AttemptRow } from '../../src/ports/store/attempt-store.ts'
import type { EventRow } from '../../src/ports/store/event-store.ts'
import type { FaxRow } from '../../src/ports/store/fax-store.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { markedPdf } from './marked-pages.ts'
import { ACTOR } from './services.ts'

let made = 0

/** Sends a document of its own, of so many pages, to the sandbox number +1 <area> 555 01NN. */
export async function sendTo(
  services: Services,
  scope: Scope,
  code: number,
  options: Partial<SendFaxRequest> & { readonly pages?: number; readonly area?: number } = {},
): Promise<AcceptedFax> {
  const { pages = 1, area = 202, ...request } = options
  made += 1
  const pdf = markedPdf(pages, `Test Patient Zebra ${made}`)
  const staged = await stageDocument(services, scope, pdf, { field: 'documents[0]', fileName: 'zebra.pdf' })
  return sendFax(services, scope, ACTOR, {
    to: `+1${area}55501${String(code).padStart(2, '0')}`,
    documents: [{ kind: 'staged', staged }],
    ...request,
  })
}

export interface FaxRecord {
  readonly fax: FaxRow
  readonly attempts: readonly AttemptRow[]
  readonly journals: readonly string[]
  readonly events: readonly EventRow[]
  readonly audit: readonly string[]
}

/** Everything on record about a fax; journals as `2: dialing connected page_sending(1) …`. */
export function recordOf(services: Services, scope: Scope, faxId: string): Promise<FaxRecord> {
  return services.store.asAccount(scope, async (tx) => {
    const fax = await tx.faxes.get(faxId)
    if (!fax) throw new Error('no such fax')
    const attempts = await tx.attempts.list(faxId)
    const journals: string[] = []
    for (const attempt of attempts) {
      const entries = await tx.attempts.entries(attempt.id)
      const words = entries.map(({ kind, page }) => (page === undefined ? kind : `${kind}(${page})`))
      journals.push(`${attempt.number}: ${words.join(' ')}`)
    }
    const events = await tx.events.listOfFax(faxId, 0, 200)
    const audit = await tx.audit.list({ subjectId: faxId, limit: 200 })
    return { fax, attempts, journals, events, audit: audit.map((entry) => entry.action) }
  })
}
