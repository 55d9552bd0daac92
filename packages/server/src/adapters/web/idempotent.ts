import type { FastifyReply, FastifyRequest } from 'fastify'
import { claimIdempotencyKey, type StoredReply } from '../../application/claim-idempotency-key.ts'
import type { Services } from '../../application/services.ts'
import { CONTENT_SCOPES } from '../../domain/access/roles.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Tx } from '../../ports/store/store.ts'
import { callerOf } from './web-app.ts'

/** Stores the reply in the transaction that does the work. Without an Idempotency-Key it does nothing. */
export type Finish = (tx: Tx, reply: StoredReply) => Promise<void>

/**
 * Runs `work` once for an `Idempotency-Key`, and answers later requests with the same key from what is stored.
 *
 * `work` calls `finish` inside its transaction with the reply it is about to give. `content` is what makes the request this
 * one: the body, with a document stood for by its hash. `discard` undoes what was staged when the work is not run.
 */
export async function idempotently(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  content: unknown,
  work: (finish: Finish) => Promise<StoredReply>,
): Promise<FastifyReply> {
  const key = request.headers['idempotency-key']
  if (key === undefined) return send(reply, await work(async () => undefined))
  if (typeof key !== 'string') throw new Problem('idempotency.key_invalid')
  const { scope, scopes } = callerOf(request)
  const fingerprint = canonicalJson([
    request.method,
    request.routeOptions.url,
    request.params ?? null,
    content,
    // One person's reply is not another's, nor that of an emergency one's own afterwards: they may not see the same.
    ...(request.userId === null ? [] : [request.userId]),
    CONTENT_SCOPES.filter((each) => scopes.includes(each)),
    scope.departments ?? null,
  ])
  const claim = await claimIdempotencyKey(services, scope, key, fingerprint)
  if (claim.kind === 'replay') return send(reply.header('idempotent-replayed', 'true'), claim.reply)
  let finished = false
  try {
    const answer = await work(async (tx, stored) => {
      await claim.finish(tx, stored)
      finished = true
    })
    // Work that has no transaction of its own to join is stored after it.
    if (!finished) await services.store.asAccount(scope, (tx) => claim.finish(tx, answer))
    return send(reply, answer)
  } catch (error) {
    // Best effort: when this fails too the claim runs out by itself.
    await claim.abandon().catch(() => undefined)
    throw error
  }
}

function send(reply: FastifyReply, answer: StoredReply): FastifyReply {
  return reply.code(answer.status).send(answer.body)
}

/** JSON with the keys of every object sorted, so that equal requests give equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) => {
    if (held === null || typeof held !== 'object' || Array.isArray(held) || held instanceof Date) return held
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  })
}
