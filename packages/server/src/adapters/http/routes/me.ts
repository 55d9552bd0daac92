import { changePassword } from '../../../application/people/change-password.ts'
import { addPasskey, passkeyCreation, removePasskey } from '../../../application/people/passkeys.ts'
import { mailPasswordChanged } from '../../../application/people/password-mail.ts'
import { readMe } from '../../../application/people/read-me.ts'
import { confirmSession } from '../../../application/people/second-factor.ts'
import { endOwnSession, listSessions } from '../../../application/people/sessions.ts'
import { beginTotp, confirmTotp, removeTotp } from '../../../application/people/totp.ts'
import { personal } from '../../web/route-access.ts'
import { personOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import {
  AddPasskeyBody,
  BackupCodes,
  Me,
  Passkey,
  PasskeyCreation,
  PasskeyList,
  PasswordBody,
  SessionList,
  TotpConfirmBody,
  TotpSecret,
} from '../schemas/people.ts'
import { carryOn, holderOf, partyOf, SIGN_IN_BYTES_MAX, sourceOfRequest } from '../sign-in-context.ts'
import { membershipView, passkeyView, sessionView } from '../views/people-view.ts'

const tags = ['Me']
const bodyLimit = SIGN_IN_BYTES_MAX

/** `/v2/me` and `/v2/sessions`: what a person does about themselves. */
export function registerMeRoutes(app: WebApp, context: ApiContext): void {
  registerRead(app, context)
  registerPassword(app, context)
  registerTotp(app, context)
  registerPasskeys(app, context)
  registerSessions(app, context)
}

function registerRead(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/me',
    {
      config: { access: personal('waiting') },
      schema: { tags, summary: 'Read who is signed in', response: { 200: Me } },
    },
    async (request) => {
      const facts = personOf(request)
      const { session } = facts
      const me = await readMe(services, facts)
      const { sessionMaxMs, sessionIdleMs } = services.policy.people
      return {
        id: me.person.id,
        email: me.person.email,
        name: me.person.name,
        session: {
          id: session.id,
          state: session.state,
          secondFactorAt: session.secondFactorAt?.toISOString() ?? null,
          endsAt: new Date(session.createdAt.getTime() + sessionMaxMs).toISOString(),
          idleMinutes: sessionIdleMs / 60_000,
        },
        factors: me.factors,
        backupCodesLeft: me.backupCodesLeft,
        accounts: me.accounts.map(({ member, name }) => membershipView(member, name)),
      }
    },
  )
}

function registerPassword(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/me/password',
    {
      config: {
        access: personal('one'),
        problems: ['auth.sign_in_failed', 'auth.password_weak', 'limit.sign_in'],
      },
      bodyLimit,
      schema: {
        tags,
        summary: 'Change the password',
        description: 'Ends every other session; the person is mailed that it was changed.',
        body: PasswordBody,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { person, sessionId, accountIds } = await holderOf(services, request)
      const session = { id: sessionId, accountIds }
      await changePassword(services, person, session, request.body, sourceOfRequest(request))
      app.sessions.forgetPerson(person.id)
      app.afterReply.run(reply, () => mailPasswordChanged(services, person))
      return reply.code(204).send(null)
    },
  )
}

function registerTotp(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/me/totp',
    {
      config: { access: personal('one'), problems: ['request.invalid'] },
      bodyLimit,
      schema: {
        tags,
        summary: 'Begin to add an authenticator app',
        description: 'It counts once POST /v2/me/totp/confirm has seen a code of it.',
        response: { 200: TotpSecret },
      },
    },
    async (request) => beginTotp(services, (await holderOf(services, request)).person),
  )

  app.post(
    '/v2/me/totp/confirm',
    {
      config: { access: personal('one'), problems: ['auth.second_factor_failed'] },
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
      config: { access: personal('one'), problems: ['passkey.refused'] },
      bodyLimit,
      schema: {
        tags,
        summary: 'Add a passkey',
        description: 'Confirms this session. Every other session ends.',
        body: AddPasskeyBody,
        response: { 201: Passkey },
      },
    },
    async (request, reply) => {
      const holder = await holderOf(services, request)
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

function registerSessions(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/sessions',
    {
      config: { access: personal('one') },
      schema: { tags, summary: "List one's own sessions", response: { 200: SessionList } },
    },
    async (request) => {
      const { person, session } = personOf(request)
      const sessions = await listSessions(services, person.id)
      return { data: sessions.map((each) => sessionView(each, session.id)), nextCursor: null }
    },
  )

  app.delete(
    '/v2/sessions/:id',
    {
      config: { access: personal('one'), problems: ['session.not_found'] },
      schema: {
        tags,
        summary: "End one of one's own sessions",
        description: 'Every server process refuses it within three seconds.',
        params: IdParam('ses', 'session'),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { person, accountIds } = await holderOf(services, request)
      const who = { id: person.id, accountIds }
      await endOwnSession(services, who, request.params.id, 'revoked', request.id)
      app.sessions.forgetPerson(person.id)
      return reply.code(204).send(null)
    },
  )
}
