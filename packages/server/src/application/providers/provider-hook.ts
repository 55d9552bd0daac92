import { Problem } from '../../domain/problem/problem.ts'
import type { ProviderRow } from '../../ports/store/provider-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { hashHookToken, isHookAuthorized } from '../sealed/provider-secrets.ts'
import type { Services } from '../services.ts'

/** All that is taken from a provider's post: nothing else in it is believed, or kept. */
export interface ProviderPost {
  readonly direction: 'sent' | 'received'
  readonly reference: string
  readonly transactionId: string | undefined
}

export interface ProviderHook {
  readonly scope: Scope
  readonly providerId: string
}

/**
 * Whose address a post came to.
 * @param token last part of the address
 * @param authorization the header as it came
 * @throws Problem `request.not_found` for an unknown token, `auth.invalid_key` when user name and password are asked for and not right
 */
export async function openProviderHook(
  services: Services,
  token: string,
  authorization: string | undefined,
): Promise<ProviderHook> {
  const found = await services.store.asSystem((tx) => tx.providers.findByHook(hashHookToken(token)))
  if (!found) throw new Problem('request.not_found')
  await services.store.asAccount(found.scope, async (tx) => {
    const provider = await tx.providers.get(found.providerId)
    if (!provider) throw new Problem('request.not_found')
    const { keys } = await readAccount(services, tx)
    if (!isHookAuthorized(keys, provider, authorization)) {
      throw new Problem('auth.invalid_key', {
        detail: 'The user name or the password of this address is wrong.',
      })
    }
  })
  return found
}

/**
 * Takes a provider's post. One about a fax that was sent brings the next look at it forward; one about a received fax makes it be fetched.
 * The same post again changes nothing.
 */
export async function takeProviderPost(
  services: Services,
  { scope, providerId }: ProviderHook,
  post: ProviderPost,
): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    if (post.direction === 'sent') await wakeSent(services, tx, providerId, post.reference)
    else await noticeReceived(services, tx, { id: providerId }, post.reference, post.transactionId ?? null)
  })
}

/** @returns whether a fax that is still on its way was woken */
export async function wakeSent(
  services: Services,
  tx: Tx,
  providerId: string,
  reference: string,
): Promise<boolean> {
  const attempt = await tx.providers.findAttempt(providerId, reference)
  if (!attempt || attempt.endedAt !== null) return false
  await tx.faxes.wake(attempt.faxId, new Date(services.clock.now()))
  await services.queue.enqueue(
    tx,
    { name: 'advance-fax', scope: tx.scope, subjectId: attempt.faxId },
    { priority: 9 },
  )
  return true
}

/** @returns whether this was news */
export async function noticeReceived(
  services: Services,
  tx: Tx,
  provider: Pick<ProviderRow, 'id'>,
  reference: string,
  transactionId: string | null,
): Promise<boolean> {
  const notice = await tx.providers.notice({
    id: services.random.id('upn'),
    providerId: provider.id,
    reference,
    transactionId,
    createdAt: new Date(services.clock.now()),
  })
  if (!notice) return false
  await services.queue.enqueue(tx, { name: 'fetch-upstream', scope: tx.scope, subjectId: notice.id })
  return true
}
