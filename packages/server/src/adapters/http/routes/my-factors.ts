import { addPasskey, passkeyCreation, removePasskey } from '../../../application/people/passkeys.ts'
import { confirmSession } from '../../../application/people/second-factor.ts'
import { beginTotp, confirmTotp, removeTotp } from '../../../application/people/totp.ts'
import { personal } from '../../web/route-access.ts'
import { personOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import {
  AddPasskeyBody,
  BackupCodes,
  Passkey,
  PasskeyCreation,
  PasskeyList,
  TotpConfirmBody,
  TotpSecret,
} from '../schemas/people.ts'
import { assertMayAddFactor, carryOn, holderOf, partyOf, SIGN_IN_BYTES_MAX } from '../sign-in-context.ts'
import { passkeyView } from '../views/people-view.ts'

const tags = ['Me']
/** Where another factor is added beside one there is. */
const OLD_FACTOR = ['auth.mfa_not_fresh'] as const
const bodyLimit = SIGN_IN_BYTES_MAX

/** `/v2/me/totp` and `/v2/me/passkeys`: what somebody proves themselves with besides a password. */
export function registerMyFactors(app: WebApp, context: ApiContext): void {
  registerTotp(app, context)
  registerPasskeys(app, context)
}

function registerTotp(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/me/totp',
    {
      config: { access: personal('one'), problems: ['request.invalid', ...OLD_FACTOR] },
      bodyLimit,
      schema: {
        tags,
        summary: 'Begin to add an authenticator app',
        description:
          'It counts once POST /v2/me/totp/confirm has seen a code of it. Whoever has a passkey already has used it just now.',
        response: { 200: TotpSecret },
      },
    },
    async (request) => {
      const { person } = await holderOf(services, request)
      await assertMayAddFactor(services, request, person)
      return beginTotp(services, person)
    },
  )

  app.post(
    '/v2/me/totp/confirm',
    {
      config: { access: personal('one'), problems: ['auth.second_factor_failed', ...OLD_FACTOR] },
      bodyLimit,
      schema: {
        tags,
        summary: 'Add the authenticator app',
        description: 'Tells ten backup codes, and confirms this session. Every other session ends.',
        body: TotpConfirmBody,
        response: { 200: BackupCodes },
      },
    },
    async (request, reply) => {
      const holder = await holderOf(services, request)
      await assertMayAddFactor(services, request, holder.person)
      const backupCodes = await confirmTotp(services, holder, request.body.code, request.id)
      app.sessions.forgetPerson(holder.person.id)
      carryOn(app, request, reply, await confirmSession(services, holder.sessionId))
      return { backupCodes }
    },
  )

  app.delete(
    '/v2/me/totp',
    {
      config: { access: personal('fresh') },
      schema: {
        tags,
        summary: 'Remove the authenticator app and its backup codes',
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { person, accountIds } = await holderOf(services, request)
      await removeTotp(services, person, accountIds, request.id)
      return reply.code(204).send(null)
    },
  )
}

function registerPasskeys(app: WebApp, { services, options }: ApiContext): void {
  app.get(
    '/v2/me/passkeys',
    {
      config: { access: personal('one') },
      schema: { tags, summary: 'List passkeys', response: { 200: PasskeyList } },
    },
    async (request) => {
      const { id } = personOf(request).person
      const passkeys = await services.store.asSystem((tx) => tx.credentials.passkeys(id))
      return { data: passkeys.map(passkeyView), nextCursor: null }
    },
  )

  app.post(
    '/v2/me/passkeys/options',
    {
      config: { access: personal('one') },
      bodyLimit,
      schema: {
        tags,
        summary: 'Begin to add a passkey',
        description: 'For navigator.credentials.create.',
        response: { 200: PasskeyCreation },
      },
    },
    async (request) => passkeyCreation(services, personOf(request).person, partyOf(request, options)),
  )

  app.post(
    '/v2/me/passkeys',
    {
      config: { access: personal('one'), problems: ['passkey.refused', ...OLD_FACTOR] },
      bodyLimit,
      schema: {
        tags,
        summary: 'Add a passkey',
        description:
          'Confirms this session. Every other session ends. Whoever has a second factor already has given it just now.',
        body: AddPasskeyBody,
        response: { 201: Passkey },
      },
    },
    async (request, reply) => {
      const holder = await holderOf(services, request)
      await assertMayAddFactor(services, request, holder.person)
      const { name, passkey: response } = request.body
      const party = partyOf(request, options)
      const made = await addPasskey(services, holder, { name, response }, party, request.id)
      app.sessions.forgetPerson(holder.person.id)
      carryOn(app, request, reply, await confirmSession(services, holder.sessionId))
      return reply.code(201).send(passkeyView(made))
    },
  )

  app.delete(
    '/v2/me/passkeys/:id',
    {
      config: { access: personal('fresh'), problems: ['passkey.not_found'] },
      schema: {
        tags,
        summary: 'Remove a passkey',
        params: IdParam('psk', 'passkey'),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { person, accountIds } = await holderOf(services, request)
      await removePasskey(services, person, request.params.id, accountIds, request.id)
      return reply.code(204).send(null)
    },
  )
}
