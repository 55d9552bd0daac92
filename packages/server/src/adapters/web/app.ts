import { Server as TlsServer } from 'node:tls'
import helmet from '@fastify/helmet'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import type { Services } from '../../application/services.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { createAdmitPerson } from './admit-person.ts'
import { createAfterReply } from './after-reply.ts'
import { createAuthHook } from './auth-hook.ts'
import { type BodyBudget, createBodyBudget } from './body-budget.ts'
import { answerClientError } from './client-error.ts'
import type { FairGate } from './fair-gate.ts'
import { parseJsonBody } from './json-body.ts'
import { createKeyCache } from './key-cache.ts'
import { onlyThroughProxy } from './only-through-proxy.ts'
import { originOf } from './origin.ts'
import { PROBLEM_MEDIA_TYPE, problemBody, problemOfError, retryAfterSeconds } from './problem-reply.ts'
import { statusOfProblem } from './problem-status.ts'
import { requestIdOf } from './request-id.ts'
import { createRequestLimits } from './request-limits.ts'
import { createRequestLog } from './request-log.ts'
import { notFound, routableUrl } from './routable-url.ts'
import { createSessionCache } from './session-cache.ts'
import { SharedRates } from './shared-rates.ts'
import type { Pem } from './tls-files.ts'
import { secureContext, tlsOptions } from './tls-options.ts'
import { compileValidator } from './validation.ts'
import { DEFAULT_WEB_OPTIONS, type WebApp, type WebOptions } from './web-app.ts'

/** A slow client may take this long to send a whole request; an idle connection is kept this long. */
const REQUEST_TIMEOUT_MS = 120_000
const KEEP_ALIVE_TIMEOUT_MS = 72_000
/** Longer than the slowest reply takes to begin: who reads nothing for so long does not want the rest, and what waits for them is in memory. */
const SILENCE_MAX_MS = 600_000
/** Before its headers are there nobody knows whose request it is: that takes a second, and a connection held open costs a descriptor. */
const CONNECTION_TIMES = { headersTimeout: 15_000, connectionsCheckingInterval: 5_000 }
/** Beyond these the database and the pages of faxes that come in would find no descriptor left. */
const CONNECTIONS_MAX = 4_000
/** Longer than a URL may be, so that the schema of a route judges its ids, behind the key. */
const PARAM_LENGTH_MAX = 16_384

const CROWDED =
  'Too many large bodies are on their way at once. Send fewer at a time, or as forms with file parts.'
const BUSY =
  'Other accounts are using this server too, and too many requests of yours are waiting. Send them on fewer connections.'

/**
 * The HTTP server both API faces stand on: keys, limits, request ids, problems, logs. It has no routes of its own;
 * faces register theirs and may set an error handler of their own in a plugin's context.
 */
export async function createApp(services: Services, given: Partial<WebOptions> = {}): Promise<WebApp> {
  const options: WebOptions = { ...DEFAULT_WEB_OPTIONS, ...given }
  const app = Fastify({
    ...(options.tls
      ? { https: { ...tlsOptions(options.tls), ...CONNECTION_TIMES } }
      : { http: CONNECTION_TIMES }),
    logger: false,
    bodyLimit: options.bodyBytesMax,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionTimeout: SILENCE_MAX_MS,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX, ignoreTrailingSlash: true },
    rewriteUrl: ({ url = '/' }) => routableUrl(url),
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    genReqId: (raw) => requestIdOf(raw, services.random),
    clientErrorHandler: answerClientError,
    return503OnClosing: true,
  } as FastifyServerOptions).withTypeProvider<TypeBoxTypeProvider>()
  app.server.maxConnections = CONNECTIONS_MAX

  app.decorate('routeTable', [])
  app.decorateRequest('caller', null)
  app.decorateRequest('keyId', null)
  app.decorateRequest('person', null)
  app.decorateRequest('userId', null)
  app.decorateRequest('startedAtMs', 0)
  app.addHook('onRoute', function (route) {
    if (this.defaultAccess !== undefined)
      route.config = { access: this.defaultAccess, undocumented: true, ...route.config }
    if (route.config?.access === undefined)
      throw new Error(`${route.method} ${route.url} does not say who may call it.`)
    app.routeTable.push(route)
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  // Before anything may refuse a request: refusals carry its headers too.
  const isSecure = options.isSecure ?? options.tls !== undefined
  await app.register(helmet, { ...HELMET, strictTransportSecurity: isSecure ? STAY_SECURE : false })
  createRequestLog(app, services, options)
  app.addHook('onRequest', async ({ raw }) => {
    // RFC 9112 §3.2: a proxy in front may have gone by the other one.
    if (countOf(raw.rawHeaders, 'host') > 1) {
      throw new Problem('request.invalid', { detail: 'The request has more than one Host header.' })
    }
  })
  if (options.onlyThroughProxy) onlyThroughProxy(app, options.trustedProxies)
  const now = () => services.clock.now()
  const sessions = createSessionCache(services)
  app.decorate('sessions', sessions)
  const keys = createKeyCache(services)
  app.decorate('keys', keys)
  const afterReply = createAfterReply(services.log)
  app.decorate('afterReply', afterReply)
  app.addHook('onClose', () => afterReply.settled())
  const admitPerson = createAdmitPerson(sessions, services.policy.people, now, options)
  const limits = createRequestLimits(options, now)
  app.decorate('limits', limits)
  app.addHook('onRequest', createAuthHook(keys.find, admitPerson, limits))
  if (options.fairGate) passThrough(app, options.fairGate)
  reserveBodies(app, options.bodyBudget ?? createBodyBudget(), options.bodyBytesMax)
  if (options.sharesRates) {
    const rates = new SharedRates(services, limits.limiters)
    rates.start()
    app.addHook('onClose', async () => rates.close())
  }
  app.setValidatorCompiler(compileValidator)
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, services, options))
  app.setNotFoundHandler((request, reply) =>
    answerError(notFound(request.originalUrl), request, reply, services, options),
  )
  addBodyParsers(app)
  return app
}

/** @param rawHeaders names and values in turn @param name in lower case */
function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]!.length === name.length && rawHeaders[at]!.toLowerCase() === name) count += 1
  return count
}

/** Before a body is read, so that who waits takes no memory with it. */
function passThrough(app: WebApp, gate: FairGate): void {
  app.addHook('onRequest', async (request, reply) => {
    const account = request.caller?.scope.accountId
    if (account === undefined) return
    const leave = await gate.enter(account)
    if (leave === undefined) {
      reply.header('retry-after', '1')
      throw new Problem('limit.rate', { detail: BUSY })
    }
    if (reply.raw.closed) leave()
    else reply.raw.once('close', leave)
  })
}

/** A form whose boundary is named: only its text is kept, and its files are not. */
const FORM = /^multipart\/form-data\s*;.*boundary=/i

/** @param freeBytes a body up to this size takes no room worth counting */
function reserveBodies(app: WebApp, budget: BodyBudget, freeBytes: number): void {
  app.addHook('onRequest', async (request, reply) => {
    const { bodyLimit = 0, config } = request.routeOptions
    const account = request.caller?.scope.accountId
    if (account === undefined || bodyLimit <= freeBytes) return
    // Text of iFax's forms may be a whole document; ours is short.
    const keepsText = config.access?.kind === 'key' && config.access.keyHeader !== undefined
    if (!keepsText && FORM.test(request.headers['content-type'] ?? '')) return
    const bytes = Math.min(Number(request.headers['content-length'] ?? bodyLimit), bodyLimit)
    if (bytes <= freeBytes) return
    const release = await budget.take(account, bytes)
    if (release === undefined) throw new Problem('limit.rate', { detail: CROWDED })
    if (reply.raw.closed) release()
    else reply.raw.once('close', release)
  })
}

/** For connections made from now on. @param app one that speaks TLS */
export function replaceCertificate(app: WebApp, pem: Pem): void {
  if (app.server instanceof TlsServer) app.server.setSecureContext(secureContext(pem))
}

/** Two years, as browsers ask for. Not told over plain HTTP (RFC 6797 §7.2). */
const STAY_SECURE = { maxAge: 63_072_000, includeSubDomains: true } as const

/** Replies are data: nothing in them may run, be framed or be sniffed into something else. */
const HELMET = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
} as const

function addBodyParsers(app: WebApp): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => parseJsonBody(body),
  )
  // Left on the wire: handlers read the form as it streams in.
  app.addContentTypeParser('multipart/form-data', async () => undefined)
}

function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
  options: WebOptions,
): FastifyReply {
  const problem = problemOfError(error)
  if (problem.code === 'system.processing' || problem.code === 'system.storage_unavailable') {
    services.log.error('http.fault', {
      requestId: request.id,
      httpStatus: statusOfProblem(problem.code),
      error,
    })
  }
  const body = problemBody(problem, request.id, options.publicUrl ?? originOf(request))
  const wait = retryAfterSeconds(problem.code)
  if (wait !== undefined) reply.header('retry-after', String(wait))
  if (body.status === 401) reply.header('www-authenticate', 'Bearer')
  // A body that was not read to its end cannot be followed by another request on the same connection.
  if (!request.raw.complete) reply.header('connection', 'close')
  return reply.code(body.status).type(PROBLEM_MEDIA_TYPE).serializer(JSON.stringify).send(body)
}
