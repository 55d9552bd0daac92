import { closeAccount } from '../../../application/account/close-account.ts'
import { getCertificate, listCertificates } from '../../../application/retention/certificates.ts'
import { shredFax, shredFaxes, shredPatient } from '../../../application/retention/shred.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import {
  CertificateList,
  CertificateWithKey,
  CloseAccountBody,
  PageQuery,
  ShredBody,
  Shredded,
} from '../schemas/retention.ts'
import { certificateView, shownCertificateView } from '../views/retention-view.ts'

const tags = ['Retention']
const shredding = needs('faxes:shred')

const WHAT =
  'Destroys the keys and files of its documents and pages, the words read on them, notes, links, numbers and details, at once and for good. ' +
  'Ids, statuses, counts and times stay. A document that another fax uses goes with the last of them. Answers with a certificate.'

/** Shredding, and the certificates of what was destroyed, also by retention. */
export function registerShreddingRoutes(app: WebApp, context: ApiContext): void {
  registerShredOne(app, context)
  registerShredMany(app, context)
  registerClose(app, context)
  registerCertificates(app, context)
}

function registerShredOne(app: WebApp, { services }: ApiContext): void {
  app.delete(
    '/v2/faxes/:id/content',
    {
      config: {
        access: shredding,
        problems: ['fax.not_found', 'fax.not_ended', 'fax.content_deleted', 'hold.active'],
      },
      schema: {
        tags,
        summary: 'Shred a sent fax',
        description: WHAT,
        params: IdParam('fax', 'fax'),
        response: { 200: CertificateWithKey },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return shownCertificateView(await shredFax(services, scope, actor, 'sent', request.params.id))
    },
  )

  app.delete(
    '/v2/inbound/:id/content',
    {
      config: {
        access: shredding,
        problems: ['inbound.not_found', 'inbound.receiving', 'inbound.content_deleted', 'hold.active'],
      },
      schema: {
        tags,
        summary: 'Shred a received fax',
        description: WHAT,
        params: IdParam('inb', 'received fax'),
        response: { 200: CertificateWithKey },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return shownCertificateView(await shredFax(services, scope, actor, 'received', request.params.id))
    },
  )
}

function registerShredMany(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/shred',
    {
      config: {
        access: shredding,
        problems: ['fax.not_ended', 'inbound.receiving', 'hold.active'],
      },
      schema: {
        tags,
        summary: 'Shred several faxes, or all of a patient',
        description:
          'Faxes by id go all or none. For a patient: every fax linked to that id now, sent or received, or none when one is held, on its way or still ' +
          'coming in; one certificate for each fifty, which says how many it was of each. Faxes shredded before are passed over, so the request ' +
          'can be repeated.',
        body: ShredBody,
        response: { 200: Shredded },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const { faxIds, patientId } = request.body
      if ((faxIds === undefined) === (patientId === undefined)) {
        throw new Problem('request.invalid', {
          field: 'faxIds',
          detail: 'Name either "faxIds" or "patientId".',
        })
      }
      const certificates =
        patientId === undefined
          ? [await shredFaxes(services, scope, actor, faxIds ?? [])]
          : await shredPatient(services, scope, actor, patientId)
      const made = certificates.filter((each) => each !== undefined)
      return { data: made.map(shownCertificateView), nextCursor: null }
    },
  )
}

function registerClose(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/account/close',
    {
      config: {
        access: shredding,
        problems: ['hold.active', 'account.not_empty'],
      },
      schema: {
        tags,
        summary: 'Close the account and shred everything',
        description:
          "Test and live at once, for good: the account's key is destroyed, so that nothing it encrypted opens anywhere, and every API key and member loses " +
          'access. Keep the certificate of the reply: afterwards nobody of the account can ask for it. The audit stays, and verifies.',
        body: CloseAccountBody,
        response: { 200: CertificateWithKey },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return shownCertificateView(await closeAccount(services, scope, actor, request.body.confirm))
    },
  )
}

function registerCertificates(app: WebApp, { services }: ApiContext): void {
  const access = needs('audit:read')
  app.get(
    '/v2/certificates',
    {
      config: { access },
      schema: {
        tags,
        summary: 'List certificates of destruction',
        description: 'Newest first; kept for ever.',
        querystring: PageQuery,
        response: { 200: CertificateList },
      },
    },
    async (request) => {
      const { limit = 25, ...query } = request.query
      const page = await listCertificates(services, callerOf(request).scope, { ...query, limit })
      return { data: page.certificates.map(certificateView), nextCursor: page.nextCursor }
    },
  )

  app.get(
    '/v2/certificates/:id',
    {
      config: { access, problems: ['certificate.not_found'] },
      schema: {
        tags,
        summary: 'Read a certificate of destruction',
        params: IdParam('crt', 'certificate'),
        response: { 200: CertificateWithKey },
      },
    },
    async (request) =>
      shownCertificateView(await getCertificate(services, callerOf(request).scope, request.params.id)),
  )
}
