import { Problem } from '../../domain/problem/problem.ts'
import type { BreakGlassOutcome, BreakGlassRow } from '../../ports/store/break-glass-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { requestOwnerNotices } from '../notices/request-notices.ts'
import { assertCursor } from '../page-cursor.ts'
import { type AuditFacts, recordAudit, recordEvent } from '../record-change.ts'
import type { Services } from '../services.ts'

export interface OpenBreakGlass extends Omit<BreakGlassRow, 'reasonSealed' | 'noteSealed'> {
  readonly reason: string
  readonly note: string | null
}

const place = (column: 'reason_sealed' | 'note_sealed', row: string) => ({
  table: 'break_glass',
  column,
  row,
})

/**
 * Emergency access (164.312(a)(2)(ii)): opens the content of faxes to one session for a time, whatever its person is. The grant, its event and its
 * audit entry are one transaction, and every owner is told by mail.
 *
 * @param scope the account and mode it opens; departments do not bound it
 */
export async function breakGlass(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: { readonly sessionId: string; readonly reason: string; readonly minutes: number },
): Promise<OpenBreakGlass> {
  const now = new Date(services.clock.now())
  const whole: Scope = { accountId: scope.accountId, mode: scope.mode }
  return services.store.asAccount(whole, async (tx) => {
    const { keys, now: at } = await readAccount(services, tx)
    const id = services.random.id('brk')
    const grant: BreakGlassRow = {
      id,
      accountId: scope.accountId,
      mode: scope.mode,
      personId: actor.id,
      sessionId: wanted.sessionId,
      reasonSealed: keys.seal(place('reason_sealed', id), wanted.reason),
      createdAt: now,
      expiresAt: new Date(now.getTime() + wanted.minutes * 60_000),
      reviewedAt: null,
      reviewedBy: null,
      outcome: null,
      noteSealed: null,
      alarmedAt: null,
      alarms: 0,
    }
    await tx.breakGlass.insert(grant)
    await requestOwnerNotices(services, tx, { kind: 'break_glass_used', subjectId: id, occasion: '' })
    const { minutes } = wanted
    const data = { breakGlassId: id, userId: actor.id, minutes, expiresAt: grant.expiresAt.toISOString() }
    const audit: AuditFacts = { actor, action: 'break_glass.used', detail: { minutes }, partiesSealed: null }
    await recordEvent(services, tx, { type: 'access.break_glass', subjectId: id, data, at }, audit)
    const { reasonSealed: _r, noteSealed: _n, ...rest } = grant
    return { ...rest, reason: wanted.reason, note: null }
  })
}

export interface BreakGlassQuery {
  readonly reviewed?: boolean
  readonly cursor?: string
  readonly limit: number
}

/** The queue for review: newest first. @throws Problem `request.invalid` */
export async function listBreakGlass(
  services: Services,
  scope: Scope,
  { cursor, limit, reviewed }: BreakGlassQuery,
): Promise<{ grants: OpenBreakGlass[]; nextCursor: string | null }> {
  assertCursor('brk', cursor)
  return services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    const rows = await tx.breakGlass.list({
      ...(reviewed === undefined ? {} : { reviewed }),
      ...(cursor === undefined ? {} : { afterId: cursor }),
      limit: limit + 1,
    })
    const page = rows.slice(0, limit)
    const grants = page.map(({ reasonSealed, noteSealed, ...rest }) => ({
      ...rest,
      reason: keys.openText(place('reason_sealed', rest.id), reasonSealed),
      note: noteSealed && keys.openText(place('note_sealed', rest.id), noteSealed),
    }))
    return { grants, nextCursor: rows.length > limit ? page.at(-1)!.id : null }
  })
}

/** @throws Problem `break_glass.not_found`, `break_glass.own`, `break_glass.reviewed` */
export async function reviewBreakGlass(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  review: { readonly outcome: BreakGlassOutcome; readonly note: string },
): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    const held = await tx.breakGlass.get(id)
    if (!held) throw new Problem('break_glass.not_found')
    if (held.personId === actor.id) throw new Problem('break_glass.own')
    const { keys } = await readAccount(services, tx)
    const reviewed = await tx.breakGlass.review(id, {
      reviewedAt: new Date(services.clock.now()),
      reviewedBy: actor.id,
      outcome: review.outcome,
      noteSealed: keys.seal(place('note_sealed', id), review.note),
    })
    if (!reviewed) throw new Problem('break_glass.reviewed')
    await recordAudit(services, tx, actor, 'break_glass.reviewed', id, { outcome: review.outcome })
  })
}
