import type { FastifyRequest } from 'fastify'
import { mailInvitation } from '../../../application/people/invitation-mail.ts'
import { invitePerson, type Manager, revokeInvitation } from '../../../application/people/invite-person.ts'
import { changeMember, disableMember, listPeople } from '../../../application/people/members.ts'
import { needsPerson } from '../../web/route-access.ts'
import { memberOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import { DisabledUser, InviteBody, Invited, UpdateUserBody, UserList } from '../schemas/people.ts'
import { serverOrigin } from '../sign-in-context.ts'
import { invitationView, userView } from '../views/people-view.ts'

const access = needsPerson('people:manage')
const tags = ['Users']
const params = IdParam('usr', 'person')
const REFUSALS = ['person.not_found', 'person.self', 'person.role_refused', 'person.last_owner'] as const

/** `/v2/users`: who works in the account and as what. For people with a second factor, in both modes at once. */
export function registerUserRoutes(app: WebApp, context: ApiContext): void {
  registerList(app, context)
  registerInvite(app, context)
  registerChange(app, context)
}

function managerOf(request: FastifyRequest): Manager {
  const { actor, member } = memberOf(request)
  return { actor, role: member.role, accountId: member.accountId }
}

function registerList(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/users',
    {
      config: { access },
      schema: {
        tags,
        summary: 'List people and open invitations',
        description: 'Disabled people too: the audit speaks of them.',
        response: { 200: UserList },
      },
    },
    async (request) => {
      const { members, invitations } = await listPeople(services, managerOf(request).accountId)
      return {
        data: members.map(userView),
        invitations: invitations.map(invitationView),
        nextCursor: null,
      }
    },
  )
}

function registerInvite(app: WebApp, { services, options }: ApiContext): void {
  app.post(
    '/v2/users',
    {
      config: { access, problems: ['person.is_member', 'person.role_refused'] },
      schema: {
        tags,
        summary: 'Invite somebody',
        description:
          'The link is told here once, and mailed where the operator named a mail server: with "ANSWERBACK_PUBLIC_URL" unset, the mail holds the bare token. It works once, for seven days. Absent: "departments" null, "modes" both.',
        body: InviteBody,
        response: { 201: Invited },
      },
    },
    async (request, reply) => {
      const { email, role, departments = null, modes = ['test', 'live'] } = request.body
      const made = await invitePerson(services, managerOf(request), { email, role, departments, modes })
      const mailed = await mailInvitation(services, made)
      // As the inviter's own browser reached us: told to nobody else.
      const link = `${serverOrigin(request, options)}/invitation#${made.token}`
      return reply.code(201).send({ invitation: invitationView(made.invitation), link, mailed })
    },
  )

  app.delete(
    '/v2/invitations/:id',
    {
      config: { access, problems: ['invitation.not_found', 'person.role_refused'] },
      schema: {
        tags,
        summary: 'Revoke an invitation',
        params: IdParam('inv', 'invitation'),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await revokeInvitation(services, managerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/users/:id',
    {
      config: { access, problems: [...REFUSALS] },
      schema: {
        tags,
        summary: 'Change what somebody is',
        description: 'Fields that are absent stay. It holds within three seconds.',
        params,
        body: UpdateUserBody,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      await changeMember(services, managerOf(request), id, request.body)
      app.sessions.forgetPerson(id)
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/v2/users/:id',
    {
      config: { access, problems: REFUSALS },
      schema: {
        tags,
        summary: 'Disable somebody',
        description:
          'Ends their sessions on every server process within three seconds, and tells which keys they made. An invitation brings them back.',
        params,
        response: { 200: DisabledUser },
      },
    },
    async (request) => {
      const { id } = request.params
      const { sessionsEnded, keys } = await disableMember(services, managerOf(request), id)
      app.sessions.forgetPerson(id)
      return {
        sessionsEnded,
        keys: keys.map((key) => ({
          id: key.id,
          name: key.name,
          livemode: key.mode === 'live',
          hint: key.hint,
        })),
      }
    },
  )
}
