import { randomDigits } from '../../domain/access/one-time-code.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { openRecipient } from '../sealed/recipient-secrets.ts'
import type { AcceptedFax } from '../sending/record-accepted.ts'
import { type SendFaxHooks, sendFax } from '../sending/send-fax.ts'
import type { Services } from '../services.ts'
import { hashCode } from './confirm-recipient.ts'

const CODE_DIGITS = 6
const CODE_TRIES = 5
const CODE_DAYS = 7
const DAY_MS = 86_400_000

/**
 * Sends one page with a code and nothing else to a number of the directory, whatever its state: whoever reads the code back over another way
 * has the machine. A second test fax makes the code of the first one void.
 * @throws Problem recipient.not_found, recipient.frozen, and as `sendFax`
 */
export async function verifyRecipient(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  hooks: SendFaxHooks = {},
): Promise<AcceptedFax> {
  const number = await services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    const row = await tx.recipients.get(id)
    if (!row) throw new Problem('recipient.not_found')
    if (await tx.incidents.hasOpen(id)) throw new Problem('recipient.frozen')
    return openRecipient(keys, row).number
  })
  const code = randomDigits(services.random, CODE_DIGITS)
  // Nobody's papers: a page of the practice's own business.
  const purpose = 'HOPERAT' as const
  const request = { to: number, documents: [], cover: coverOf(code), allowDuplicate: true, purpose }
  return sendFax(services, scope, actor, request, {
    isScreened: false,
    inTransaction: async (tx, accepted) => {
      const { keys, now } = await readAccount(services, tx)
      const row = await tx.recipients.lock(id)
      if (!row) throw new Problem('recipient.not_found')
      await tx.recipients.update(id, {
        ...(row.state === 'unverified' ? { state: 'pending' } : {}),
        codeFaxId: accepted.id,
        codeHash: hashCode(keys, id, code),
        codeTriesLeft: CODE_TRIES,
        codeExpiresAt: new Date(now.getTime() + CODE_DAYS * DAY_MS),
        updatedAt: now,
      })
      await hooks.inTransaction?.(tx, accepted)
    },
  })
}

function coverOf(code: string) {
  return {
    subject: 'Test of this fax number',
    message:
      `Code: ${code}\n\nThis page was sent to check the number. Please tell the code to the sender, by telephone or as they asked ` +
      `you to. It is good for ${CODE_DAYS} days.\n\nIf you do not know why you got this page, please tell the sender that the number is wrong.`,
    returnCode: false,
  }
}
