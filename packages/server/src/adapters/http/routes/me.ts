import { changePassword } from '../../../application/people/change-password.ts'
import { mailPasswordChanged } from '../../../application/people/password-mail.ts'
import { readMe } from '../../../application/people/read-me.ts'
import { endOwnSession, listSessions } from '../../../application/people/sessions.ts'
import { personal } from '../../web/route-access.ts'
import { personOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import { Me, PasswordBody, SessionList } from '../schemas/people.ts'
import { holderOf, SIGN_IN_BYTES_MAX, sourceOfRequest } from '../sign-in-context.ts'
import { membershipView, sessionView } from '../views/people-view.ts'
import { registerMyFactors } from './my-factors.ts'

const tags = ['Me']
const bodyLimit = SIGN_IN_BYTES_MAX

/** `/v2/me` and `/v2/sessions`: what a person does about themselves. */
export function registerMeRoutes(app: WebApp, context: ApiContext): void {
  registerRead(app, context)
  registerPassword(app, context)
  registerMyFactors(app, context)
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
