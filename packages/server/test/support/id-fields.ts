import type { Mode } from '../../src/domain/fax/fax.ts'
import type { Everything } from './one-of-everything.ts'

/** Where in a request an id goes, and of what. */
export interface IdField {
  /** As `Everything.things` has it. */
  readonly kind: string
  /** Of the thing; absent: test. */
  readonly mode?: Mode | null
  /** In which it is asked, where that is another. */
  readonly askedIn?: Mode
  /** The body around it. @param own what the caller has themselves */
  readonly body?: (id: string, own: Everything['things']) => object
  /** The query around it. */
  readonly query?: (id: string) => string
}

const TO = '+14155550100'
const tie = (name: 'trunkIds' | 'providerIds', kind: string, whole: object): IdField => ({
  kind,
  mode: 'live',
  body: (id) => ({ ...whole, ties: { [name]: [id] } }),
})
const ASSOCIATE = { name: 'Other', kind: 'carrier', contact: 'x@clinic.example' }
const query = (name: string, kind: string, mode: Mode | null = 'test'): IdField => ({
  kind,
  mode,
  query: (id) => `?${name}=${id}`,
})
const field = (name: string, kind: string, whole: object = {}): IdField => ({
  kind,
  body: (id) => ({ ...whole, [name]: id }),
})
const ROUTE = { name: 'Other', conditions: {} }
const cover = (whole: object): IdField => ({
  kind: '/v2/cover-pages',
  mode: null,
  body: (templateId) => ({ ...whole, cover: { subject: 'None', templateId } }),
})
const upload = (whole: object): IdField => ({
  kind: '/v2/uploads',
  body: (id) => ({ ...whole, documents: [{ upload: id }] }),
})

/** Every field of the native API that an id of something of the account goes into, beside those of the path. */
export const ID_FIELDS: Readonly<Record<string, IdField>> = {
  'POST /v2/faxes .documents[].upload': upload({ to: TO }),
  'POST /v2/faxes .cover.templateId': cover({ to: TO }),
  'POST /v2/estimates .documents[].upload': upload({}),
  'POST /v2/estimates .cover.templateId': cover({}),
  'POST /v2/inbound/{id}/forward .cover.templateId': cover({ to: TO }),
  'GET /v2/inbound ?numberId': query('numberId', '/v2/numbers'),
  'GET /v2/inbound ?mailboxId': query('mailboxId', '/v2/mailboxes'),
  'POST /v2/inbound/search .numberId': field('numberId', '/v2/numbers'),
  'POST /v2/inbound/search .mailboxId': field('mailboxId', '/v2/mailboxes'),
  'POST /v2/inbound/{id}/assign .mailboxId': field('mailboxId', '/v2/mailboxes'),
  'POST /v2/inbound/{id}/link .replyTo': field('replyTo', '/v2/faxes'),
  'POST /v2/inbound/merge .ids': {
    kind: '/v2/inbound',
    body: (id, own) => ({ ids: [own['/v2/inbound']!.id, id] }),
  },
  'DELETE /v2/mailboxes/{id} ?heir': query('heir', '/v2/mailboxes'),
  'POST /v2/routes .numberId': field('numberId', '/v2/numbers', {
    ...ROUTE,
    actions: { priority: 'urgent' },
  }),
  'PATCH /v2/routes/{id} .numberId': field('numberId', '/v2/numbers'),
  'POST /v2/routes .actions.mailboxId': {
    kind: '/v2/mailboxes',
    body: (mailboxId) => ({ ...ROUTE, actions: { mailboxId } }),
  },
  'PATCH /v2/routes/{id} .actions.mailboxId': {
    kind: '/v2/mailboxes',
    body: (mailboxId) => ({ actions: { mailboxId } }),
  },
  'POST /v2/incidents .faxId': field('faxId', '/v2/faxes', { note: 'None' }),
  'POST /v2/associates .ties.trunkIds': tie('trunkIds', '/v2/trunks', ASSOCIATE),
  'POST /v2/associates .ties.providerIds': tie('providerIds', '/v2/providers', ASSOCIATE),
  'PATCH /v2/associates/{id} .ties.trunkIds': tie('trunkIds', '/v2/trunks', {}),
  'PATCH /v2/associates/{id} .ties.providerIds': tie('providerIds', '/v2/providers', {}),
  'POST /v2/associates/{id}/agreements .documentId': {
    ...field('documentId', '/v2/uploads', {
      signedOn: '2026-01-01',
      effectiveOn: '2026-01-01',
      scope: 'Faxes',
    }),
    askedIn: 'live',
  },
  'PATCH /v2/numbers/{id} .mailboxId': field('mailboxId', '/v2/mailboxes'),
  'POST /v2/webhooks .numberIds': {
    kind: '/v2/numbers',
    body: (id) => ({ url: 'https://hooks.example/', numberIds: [id] }),
  },
  'PATCH /v2/webhooks/{id} .numberIds': { kind: '/v2/numbers', body: (id) => ({ numberIds: [id] }) },
  'GET /v2/events ?after': query('after', '/v2/events'),
  'GET /v2/audit-events ?subjectId': query('subjectId', '/v2/faxes'),
  'POST /v2/holds .target': field('target', '/v2/faxes', { kind: 'fax', reason: 'None' }),
  'POST /v2/shred .faxIds': { kind: '/v2/faxes', body: (id) => ({ faxIds: [id] }) },
  // Where lists go on: an id, or one that a list of the account told.
  'GET /v2/faxes ?cursor': query('cursor', '/v2/faxes'),
  'GET /v2/inbound ?cursor': query('cursor', '/v2/inbound'),
  'POST /v2/inbound/search .cursor': field('cursor', '/v2/inbound'),
  'GET /v2/inbound/{id}/notes ?cursor': query('cursor', '/v2/inbound'),
  'GET /v2/mailboxes/{id}/notices ?cursor': query('cursor', '/v2/mailboxes'),
  'GET /v2/routes/blocked ?cursor': query('cursor', '/v2/routes'),
  'GET /v2/recipients ?cursor': query('cursor', '/v2/recipients'),
  'GET /v2/incidents ?cursor': query('cursor', '/v2/incidents'),
  'GET /v2/contradictions ?cursor': query('cursor', '/v2/contradictions', 'live'),
  'GET /v2/numbers ?cursor': query('cursor', '/v2/numbers'),
  'GET /v2/webhooks/{id}/deliveries ?cursor': query('cursor', '/v2/webhooks/deliveries'),
  'GET /v2/events ?cursor': query('cursor', '/v2/events'),
  'GET /v2/audit-events ?cursor': query('cursor', '/v2/events'),
  'GET /v2/holds ?cursor': query('cursor', '/v2/holds'),
  'GET /v2/certificates ?cursor': query('cursor', '/v2/certificates'),
  'GET /v2/disclosures ?cursor': query('cursor', '/v2/faxes'),
  'POST /v2/disclosures/search .cursor': field('cursor', '/v2/faxes'),
  'GET /v2/break-glass ?cursor': query('cursor', '/v2/break-glass'),
}

/** They read like ids, and are numbers of telephones, names of machines, ids in systems of the caller's own, and places in a list of one's own. */
export const NO_IDS =
  /[.?](?:callerId|stationId|dids|areaId|patient|patientId|patient\.id|passkey\.(?:id|rawId)|subject)$|fhir \?after$|\{id\}\/events \?cursor$/

interface V1Id {
  readonly id: string
  /** The other fields. */
  readonly rest?: object
}

/** What is known of a fax by its integers. */
export interface KnownToV1 {
  readonly jobId: string
  readonly received: { readonly jobId: number; readonly transactionId: number }
  readonly number: { readonly numberId: string; readonly orderId: string }
  readonly webhookId: string
}

/** Ids in the bodies of every route of iFax's face. */
export const V1_IDS: Readonly<Record<string, (known: KnownToV1) => Readonly<Record<string, V1Id>>>> = {
  'POST /v1/customer/fax-send': () => ({}),
  'POST /v1/customer/fax-status': ({ jobId }) => ({ jobId: { id: jobId } }),
  'POST /v1/customer/fax-resend': ({ jobId }) => ({ jobId: { id: jobId, rest: { allowDuplicate: true } } }),
  'POST /v1/customer/fax-cancel': ({ jobId }) => ({ jobId: { id: jobId } }),
  'POST /v1/customer/cancel-fax': ({ jobId }) => ({ jobId: { id: jobId } }),
  'POST /v1/customer/fax-lists': ({ jobId }) => ({ lastFaxId: { id: jobId } }),
  'POST /v1/customer/fax-list': ({ jobId }) => ({ lastFaxId: { id: jobId } }),
  'POST /v1/customer/inbound/fax-list': ({ number: { numberId, orderId } }) => ({
    numberId: { id: numberId, rest: { orderId } },
    orderId: { id: orderId, rest: { numberId } },
  }),
  'POST /v1/customer/inbound/fax-list-all': ({ received }) => ({ lastFaxId: { id: String(received.jobId) } }),
  'POST /v1/customer/inbound/fax-download': ({ received: { jobId, transactionId } }) => ({
    jobId: { id: String(jobId), rest: { transactionId } },
    transactionId: { id: String(transactionId), rest: { jobId } },
  }),
  'POST /v1/customer/inbound/number-list': () => ({}),
  'POST /v1/customer/inbound/area-list': () => ({}),
  'POST /v1/customer/inbound/numbers': () => ({}),
  'POST /v1/customer/inbound/search': () => ({}),
  'POST /v1/customer/inbound/buy': () => ({}),
  'POST /v1/customer/inbound/number-delete': ({ number: { numberId, orderId } }) => ({
    numberId: { id: numberId, rest: { orderId } },
    orderId: { id: orderId, rest: { numberId } },
  }),
  'POST /v1/webhooks': () => ({}),
  'GET /v1/webhooks': () => ({}),
  'DELETE /v1/webhooks': ({ webhookId }) => ({ id: { id: webhookId } }),
  'DELETE /v1/webhooks/:id': () => ({}),
}
