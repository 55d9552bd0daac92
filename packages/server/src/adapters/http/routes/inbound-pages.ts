import { forwardReceived } from '../../../application/inbox/forward-received.ts'
import { mergeReceived } from '../../../application/inbox/merge-received.ts'
import type { OpenReceived } from '../../../application/inbox/open-received.ts'
import { splitReceived } from '../../../application/inbox/split-received.ts'
import { Problem, type ProblemCode } from '../../../domain/problem/problem.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import { Derived, ForwardBody, MergeBody, SplitBody } from '../schemas/inbound-actions.ts'
import { AcceptedFax } from '../schemas/send-fax.ts'
import { acceptedView } from '../views/fax-view.ts'
import { inboundSummaryView } from '../views/inbound-view.ts'

const tags = ['Inbound']
const params = IdParam('inb', 'received fax')
const PAGES_PROBLEMS: readonly ProblemCode[] = [
  'inbound.not_found',
  'inbound.receiving',
  'inbound.no_pages',
  'inbound.content_deleted',
]

/** A reply is kept for a day, and a fax may be shredded within it: what is kept tells no numbers and no patient. */
const KEPT = false

/** What is done with the pages of received faxes: split, merge, forward. Nothing here is undone by doing it again. */
export function registerInboundPages(app: WebApp, context: ApiContext): void {
  registerSplit(app, context)
  registerMerge(app, context)
  registerForward(app, context)
}

function registerSplit(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/inbound/:id/split',
    {
      config: {
        access: needs('inbound:write'),
        idempotent: true,
        problems: ['inbound.superseded', ...PAGES_PROBLEMS],
      },
      schema: {
        tags,
        summary: 'Split a received fax',
        description:
          'Makes a received fax of each part, with the same pages, numbers, mailbox and times. The fax itself stays, marked done, ' +
          'with a note that names them.',
        params,
        body: SplitBody,
        response: { 201: Derived },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      const parts = request.body.parts.map(({ pages }) => pages)
      const body = (made: readonly OpenReceived[]) => derivedView(made, scopes.includes('inbound:content'))
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await splitReceived(services, scope, actor, request.params.id, parts, {
          inTransaction: (tx, all) => finish(tx, { status: 201, body: derivedView(all, KEPT) }),
        })
        return { status: 201, body: body(made) }
      })
    },
  )
}

function registerMerge(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/inbound/merge',
    {
      config: {
        access: needs('inbound:write'),
        idempotent: true,
        problems: ['inbound.superseded', 'document.too_many_pages', ...PAGES_PROBLEMS],
      },
      schema: {
        tags,
        summary: 'Merge received faxes',
        description:
          'Makes one received fax of all their pages. Numbers and mailbox are those of the first. The faxes themselves stay, marked done, ' +
          'each with a note that names it.',
        body: MergeBody,
        response: { 201: Derived },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      const body = (made: OpenReceived) => derivedView([made], scopes.includes('inbound:content'))
      return idempotently(services, request, reply, request.body, async (finish) => {
        const made = await mergeReceived(services, scope, actor, request.body.ids, {
          inTransaction: (tx, merged) => finish(tx, { status: 201, body: derivedView([merged], KEPT) }),
        })
        return { status: 201, body: body(made) }
      })
    },
  )
}

function registerForward(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/inbound/:id/forward',
    {
      config: {
        access: needs('inbound:write'),
        idempotent: true,
        problems: [
          ...PAGES_PROBLEMS,
          'auth.forbidden',
          'auth.key_mode_mismatch',
          'number.invalid',
          'destination.not_allowed',
          'document.page_selection_invalid',
          'document.too_many_pages',
          'document.too_large',
          'cover.invalid',
          'fax.possible_duplicate',
        ],
      },
      schema: {
        tags,
        summary: 'Send the pages of a received fax on',
        description:
          'As a fax of its own, accepted as by POST /v2/faxes; the key needs the scope faxes:write too. Pages keep their very pixels, ' +
          'but for those wider than 1728 or longer than legal paper.',
        params,
        body: ForwardBody,
        response: { 202: AcceptedFax },
      },
    },
    async (request, reply) => {
      const { scope, actor, scopes } = callerOf(request)
      if (!scopes.includes('faxes:write')) {
        throw new Problem('auth.forbidden', { detail: 'This call needs the scope "faxes:write" too.' })
      }
      return idempotently(services, request, reply, request.body, async (finish) => {
        const accepted = await forwardReceived(services, scope, actor, request.params.id, request.body, {
          inTransaction: (tx, made) => finish(tx, { status: 202, body: acceptedView(made, scope.mode) }),
        })
        return { status: 202, body: acceptedView(accepted, scope.mode) }
      })
    },
  )
}

function derivedView(made: readonly OpenReceived[], showContent: boolean) {
  return { data: made.map((each) => inboundSummaryView(each, showContent)), nextCursor: null }
}
