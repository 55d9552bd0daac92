import assert from 'node:assert/strict'
import { linkReceived } from '../../src/application/inbox/link-received.ts'
import { noteReceived } from '../../src/application/inbox/note-received.ts'
import { recordContradiction } from '../../src/application/providers/record-contradiction.ts'
import type { Mode } from '../../src/domain/fax/fax.ts'
import { type HttpOut, HttpOutError } from '../../src/ports/http-out.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { receiveDistinct } from './distinct-pages.ts'
import { form, type HttpServer, json, type ReplyBody } from './http.ts'
import { markedPdf } from './marked-pages.ts'
import { type Browser, signedIn } from './people.ts'
import { ACTOR } from './services.ts'
import { addTrunk } from './trunk-line.ts'

/** Says of every address that it may be posted to, and posts to none. */
export const CLOSED_NETWORK: HttpOut = {
  request: () => Promise.reject(new HttpOutError('connect', 'There is no network here.')),
  check: async () => undefined,
}

/** What of an account's must not be told to others; each stands nowhere else. */
export interface Marks {
  /** E.164, of the sandbox: the far end's identification is another number. */
  readonly to: string
  readonly from: string
  readonly word: string
}

/** An account with one thing at least of every kind that has an id. */
export interface Everything {
  readonly scopes: Readonly<Record<Mode, Scope>>
  readonly keys: Readonly<Record<Mode, string>>
  readonly owner: Browser
  /** By the path that an id follows, as routes write it. */
  readonly things: Readonly<Record<string, Thing>>
}

export interface Thing {
  readonly id: string
  /** In which it is; `null`: in both. */
  readonly mode: Mode | null
}

/** @throws Error for a route with an id of a kind that nobody made one of yet: make one below */
export function thingBefore(things: Everything['things'], url: string, parameter: string): Thing {
  const kind = url.slice(0, url.indexOf(`/:${parameter}`))
  const thing = things[kind]
  if (!thing) throw new Error(`${url}: there is nothing of the kind ${kind} to ask for.`)
  return thing
}

/** The route's path with ids of the things' own. */
export function pathOf(things: Everything['things'], url: string): string {
  return url.replace(/:(\w+)/g, (_, parameter: string) => thingBefore(things, url, parameter).id)
}

export async function oneOfEverything(server: HttpServer, marks: Marks): Promise<Everything> {
  const { services } = server
  const test = await services.addAccount()
  const scopes = { test, live: { ...test, mode: 'live' } as Scope }
  const keys = { test: await server.makeKey(test), live: await server.makeKey(scopes.live) }
  const { browser: owner, ...person } = await signedIn(server, test, 'owner')
  const things: Record<string, Thing> = {}
  const keep = (kind: string, id: string, mode: Mode | null = 'test') => {
    things[kind] = { id, mode }
    return id
  }
  const ask = async (path: string, init: RequestInit = {}, mode: Mode = 'test'): Promise<ReplyBody> => {
    const headers = { ...init.headers, authorization: `Bearer ${keys[mode]}` }
    const reply = await server.fetch(path, { ...init, headers })
    const text = await reply.text()
    assert.ok(reply.ok, `${path}: ${text}`)
    return JSON.parse(text)
  }
  const make = async (path: string, body: object, mode: Mode = 'test', both = false) =>
    keep(path, (await ask(path, json(body), mode)).id, both ? null : mode)
  const pdf = (text: string) => [{ fileName: `${marks.word}.pdf`, bytes: markedPdf(1, text) }]

  await make('/v2/webhooks', { url: 'https://hooks.example/native' })
  const mailbox = await make('/v2/mailboxes', { name: 'Lab', owner: 'lab' })
  const number = await make('/v2/numbers', { number: `+1${marks.to.slice(2, 5)}5550150` })
  keep('/v2/uploads', (await ask('/v2/uploads', form([], pdf('An upload')))).id)
  const fields = [
    ['to', marks.to],
    ['from', marks.from],
    ['cover.toName', marks.word],
  ] as const
  const fax = keep('/v2/faxes', (await ask('/v2/faxes', form(fields, pdf('A fax')))).id)
  const shredded = (await ask('/v2/faxes', form([['to', `${marks.to.slice(0, -2)}00`]], pdf('Another')))).id
  await services.runFor(600_000)
  const destroyed = await ask(`/v2/faxes/${shredded}/content`, { method: 'DELETE' })
  keep('/v2/certificates', destroyed.id)
  await make('/v2/cover-pages', { title: 'Fax' }, 'test', true)
  await make('/v2/api-keys', { name: 'Zebra' })
  const recipient = { number: `${marks.to.slice(0, -2)}01`, name: 'Clinic Okapi' }
  await make('/v2/recipients', recipient)
  await make('/v2/incidents', { faxId: fax, note: `About ${marks.word}` })
  await make('/v2/holds', { kind: 'number', target: `${marks.to.slice(0, -2)}02`, reason: marks.word })
  const inbound = keep('/v2/inbound', await receiveDistinct(services, test, 2, { from: marks.from }))
  await noteReceived(services, test, ACTOR, inbound, `Called about ${marks.word}`)
  await linkReceived(services, test, ACTOR, inbound, { patient: { id: marks.word, display: marks.word } })
  await make('/v2/routes', { name: 'All', numberId: number, conditions: {}, actions: { mailboxId: mailbox } })
  await services.runDue()
  await services.settle()
  keep('/v2/events', (await ask('/v2/events')).data[0]!.id)
  const { data: deliveries } = await ask(`/v2/webhooks/${things['/v2/webhooks']!.id}/deliveries`)
  keep('/v2/webhooks/deliveries', deliveries[0]!.id)
  const ifax = await ask(
    '/v1/webhooks',
    json({ url: 'https://hooks.example/ifax' }, { accesstoken: keys.test }),
  )
  keep('/v1/webhooks', (ifax.data as unknown as ReplyBody).id)

  const trunk = keep('/v2/trunks', await addTrunk(services, scopes.live, { name: 'Carrier' }), 'live')
  const provider = {
    kind: 'ifax',
    name: 'Zebra',
    apiKey: 'zebra-zebra-zebra',
    baseUrl: 'https://ifax.example',
  }
  await make('/v2/providers', provider, 'live')
  const associate = await make(
    '/v2/associates',
    { name: 'Carrier', kind: 'carrier', contact: 'x@clinic.example', ties: { trunkIds: [trunk] } },
    'live',
  )
  const contract = await ask('/v2/uploads', form([], pdf('A contract')), 'live')
  const agreement = {
    signedOn: '2026-01-01',
    effectiveOn: '2026-01-01',
    scope: 'Faxes',
    documentId: contract.id,
  }
  const agreed = await ask(`/v2/associates/${associate}/agreements`, json(agreement), 'live')
  const { agreements } = agreed as unknown as { agreements: { id: string }[] }
  keep('/v2/associates/:id/agreements', agreements[0]!.id, 'live')
  await services.store.asAccount(scopes.live, (tx) =>
    recordContradiction(services, tx, { ...CONTRADICTION, providerId: things['/v2/providers']!.id }),
  )
  keep('/v2/contradictions', (await ask('/v2/contradictions', {}, 'live')).data[0]!.id, 'live')

  const clinician = await signedIn(server, test, 'clinician')
  keep('/v2/users', clinician.id, null)
  const { session } = await (await clinician.browser.get('/v2/me')).json()
  keep('/v2/sessions', session.id, null)
  const emergency = { reason: `About ${marks.word}`, minutes: 5 }
  keep('/v2/break-glass', (await (await clinician.browser.post('/v2/break-glass', emergency)).json()).id)
  const guest = { email: `guest-of-${person.email}`, role: 'auditor' }
  keep('/v2/invitations', (await (await owner.post('/v2/users', guest)).json()).invitation.id, null)
  keep('/v2/me/passkeys', await addPasskey(services, clinician.id), null)
  return { scopes, keys, owner, things }
}

const CONTRADICTION = {
  kind: 'unknown_to_us',
  reference: 'zebra',
  ours: null,
  theirs: 'delivered',
  ourPages: null,
  theirPages: 1,
} as const

async function addPasskey(
  { store, clock, random }: HttpServer['services'],
  personId: string,
): Promise<string> {
  const id = random.id('psk')
  const createdAt = new Date(clock.now())
  const shown = { name: 'Zebra', transports: [], signCount: 0, createdAt, lastUsedAt: null }
  const keys = { credentialId: Buffer.from(id), publicKey: Buffer.from('zebra') }
  await store.asSystem((tx) => tx.credentials.insertPasskey({ id, personId, ...shown, ...keys }))
  return id
}
