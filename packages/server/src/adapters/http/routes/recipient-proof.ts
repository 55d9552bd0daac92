import { confirmRecipient } from '../../../application/recipients/confirm-recipient.ts'
import { verifyRecipient } from '../../../application/recipients/verify-recipient.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam } from '../schemas/common.ts'
import { ConfirmRecipientBody, Recipient } from '../schemas/recipient.ts'
import { AcceptedFax } from '../schemas/send-fax.ts'
import { acceptedView } from '../views/fax-view.ts'
import { recipientView, showsNumbers } from '../views/recipient-view.ts'

const tags = ['Recipients']
const params = IdParam('rcp', 'recipient')
const writing = needs('recipients:write')

/** That a number is the one that was meant: a code faxed there, or its digits typed anew. */
export function registerRecipientProof(app: WebApp, context: ApiContext): void {
  registerVerify(app, context)
  registerConfirm(app, context)
}

function registerVerify(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/recipients/:id/verify',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: [
          'recipient.not_found',
          'recipient.frozen',
          'destination.not_allowed',
          'auth.key_mode_mismatch',
        ],
      },
      schema: {
        tags,
        summary: 'Send a test fax with a code',
        description:
          'One page without patient data, with a code of six digits that is good for seven days and five tries. An earlier code is void.',
        params,
        response: { 202: AcceptedFax },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      return idempotently(services, request, reply, null, async (finish) => {
        const accepted = await verifyRecipient(services, scope, actor, request.params.id, {
          inTransaction: (tx, made) => finish(tx, { status: 202, body: acceptedView(made, scope.mode) }),
        })
        return { status: 202, body: acceptedView(accepted, scope.mode) }
      })
    },
  )
}

function registerConfirm(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/recipients/:id/confirm',
    {
      config: {
        access: writing,
        problems: [
          'request.missing_field',
          'recipient.not_found',
          'recipient.frozen',
          'recipient.confirm_mismatch',
          'recipient.code_wrong',
          'recipient.code_gone',
          'recipient.four_eyes',
        ],
      },
      schema: {
        tags,
        summary: 'Confirm a recipient',
        description:
          'With the digits of its number, asked of the recipient another way, or with the code of the test fax. Lifts a suspension; faxes ' +
          'that wait for the number are released one by one.',
        params,
        body: ConfirmRecipientBody,
        response: { 200: Recipient },
      },
    },
    async (request) => {
      const { scope, actor, scopes } = callerOf(request)
      const proof = proofOf(request.body)
      const confirmed = await confirmRecipient(services, scope, actor, request.params.id, proof)
      return recipientView(confirmed, showsNumbers(scopes))
    },
  )
}

function proofOf({ number, code }: { number?: string; code?: string }) {
  if (number !== undefined && code !== undefined) {
    throw new Problem('request.invalid', { field: 'code', detail: 'Give "number" or "code", not both.' })
  }
  if (number !== undefined) return { number }
  if (code !== undefined) return { code }
  throw new Problem('request.missing_field', { field: 'number', detail: 'Give "number" or "code".' })
}
