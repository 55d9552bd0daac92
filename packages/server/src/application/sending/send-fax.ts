import { type E164, parseNumber, sandboxNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { NewFax } from '../../ports/store/fax-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { discardStaged, type StagedDocument } from '../documents/intake-document.ts'
import { keepSources, resolveDocuments, type Source } from '../documents/resolve-documents.ts'
import { assertDestination, assertQuotas } from '../limits.ts'
import { sealParties } from '../record-change.ts'
import type { Services } from '../services.ts'
import { assertRoute } from './assert-route.ts'
import { assertCover } from './cover-pages.ts'
import { type CheckedRequest, newFax, type SendFaxRequest } from './new-fax.ts'
import { type AcceptedFax, recordAccepted } from './record-accepted.ts'
import { screenNumber } from './screen-number.ts'

export interface SendFaxHooks {
  /** `false` for a page that is harmless wherever it goes. Default true: a person may have to look at the number first. */
  readonly isScreened?: boolean
  /** Runs last in the transaction that accepts the fax, such as to store the reply of an idempotent request. */
  readonly inTransaction?: (tx: Tx, accepted: AcceptedFax) => Promise<void>
}

/**
 * Accepts a fax: when this resolves its documents are durable and its row, event, audit entry and job are committed, so that
 * whatever crashes afterwards, it ends delivered, failed with a reason, or held for a person.
 *
 * @throws Problem number.invalid, auth.key_mode_mismatch, destination.not_allowed, document.…, fax.possible_duplicate, fax.near_miss,
 *   limit.quota.
 *   The staged documents of a refused request are deleted.
 */
export async function sendFax(
  services: Services,
  scope: Scope,
  actor: Actor,
  request: SendFaxRequest,
  hooks: SendFaxHooks = {},
): Promise<AcceptedFax> {
  let staged: StagedDocument[] = request.documents.flatMap((each) =>
    each.kind === 'staged' ? [each.staged] : [],
  )
  try {
    const numbers = gateNumbers(services, scope, request)
    if (request.documents.length === 0 && !request.cover)
      throw new Problem('document.missing', { field: 'documents' })
    const sources = await resolveDocuments(services, scope, request.documents)
    staged = sources.flatMap((source) => (source.kind === 'new' ? [source.staged] : []))
    return await services.store.asAccount(
      scope,
      (tx) => accept(services, tx, actor, { request, ...numbers, sources }, hooks),
      { readsAccount: true },
    )
  } catch (error) {
    // Only a refusal is certain to have committed nothing: after any other error the fax may exist and need them.
    if (error instanceof Problem) await Promise.all(staged.map((each) => discardStaged(services, each)))
    throw error
  }
}

function gateNumbers(
  services: Services,
  scope: Scope,
  request: SendFaxRequest,
): { to: E164; from: E164 | null } {
  const to = parseNumber(request.to)
  if (!to) throw new Problem('number.invalid', { field: 'to' })
  const from = request.from === undefined ? null : parseNumber(request.from)
  if (from === undefined)
    throw new Problem('number.invalid', { field: 'from', detail: '"from" is not a number.' })
  const isSandbox = sandboxNumber(to) !== undefined
  // A live key may reach a reserved number where its provider simulates, which `assertRoute` knows.
  const isOtherWorld = scope.mode === 'test' ? !isSandbox : isSandbox && !services.upstream
  if (isOtherWorld) throw new Problem('auth.key_mode_mismatch', { field: 'to' })
  const hasLine = services.lines.some((line) => line.modes.includes(scope.mode))
  if (!hasLine && !(scope.mode === 'live' && services.upstream)) {
    throw new Problem('destination.not_allowed', { field: 'to' })
  }
  return { to, from }
}

async function accept(
  services: Services,
  tx: Tx,
  actor: Actor,
  checked: CheckedRequest,
  hooks: SendFaxHooks,
): Promise<AcceptedFax> {
  const account = await readAccount(services, tx)
  assertCover(account.row.settings, checked.request.cover)
  assertDestination(services, tx.scope, account.row.settings, checked.to)
  await assertRoute(services, tx, checked.to)
  const kept = await keepSources(tx, account.keys, checked.sources)
  const fax = newFax(services, tx.scope, account, checked, kept)
  const { allowDuplicate, allowNearMiss = false } = checked.request
  // Sent together: the directory costs no round trip of its own.
  const [hold] = await Promise.all([
    hooks.isScreened === false
      ? undefined
      : screenNumber(tx, account, { to: checked.to, toHash: fax.toHash, allowNearMiss }),
    allowDuplicate ? undefined : refuseDuplicate(services, tx, account, fax),
    assertQuotas(services, tx, account.row.settings, {
      toHash: fax.toHash,
      bytes: newBytes(checked.sources),
    }),
  ])
  const parties = sealParties(account.keys, fax.id, { to: checked.to, from: checked.from }, fax.toSealed)
  const accepted = await recordAccepted(services, tx, actor, { fax, account, parties, hold })
  await hooks.inTransaction?.(tx, accepted)
  return accepted
}

function newBytes(sources: readonly Source[]): number {
  return sources.reduce((sum, each) => sum + (each.kind === 'new' ? each.staged.row.byteCount : 0), 0)
}

async function refuseDuplicate(services: Services, tx: Tx, account: AccountView, fax: NewFax): Promise<void> {
  const minutes = account.row.settings.duplicateGuardMinutes
  const guardMs = minutes === undefined ? services.policy.duplicateGuardMs : minutes * 60_000
  if (guardMs <= 0) return
  const since = new Date(account.now.getTime() - guardMs)
  const earlier = await tx.faxes.findDuplicate(fax.toHash, fax.contentHash, since)
  if (earlier !== undefined) {
    throw new Problem('fax.possible_duplicate', { detail: `The earlier fax is ${earlier}.` })
  }
}
