import { testTrunk } from '../../../application/trunks/test-trunk.ts'
import {
  acknowledgeTrunk,
  changeTrunk,
  createTrunk,
  deleteTrunk,
  getTrunk,
  listTrunks,
} from '../../../application/trunks/trunks.ts'
import { idempotently } from '../../web/idempotent.ts'
import { signalOf } from '../../web/request-signal.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import {
  AcknowledgeTrunkBody,
  CreateTrunkBody,
  Trunk,
  TrunkList,
  TrunkReport,
  UpdateTrunkBody,
} from '../schemas/trunk.ts'
import { changedTrunkSettings, newTrunkSettings } from '../trunk-settings.ts'
import { trunkView } from '../views/trunk-view.ts'

const tags = ['Trunks']
const params = IdParam('trk', 'trunk')
const reading = needs('trunks:read')
const writing = needs('trunks:write')

/** `/v2/trunks`: the ways live faxes take to the telephone network. */
export function registerTrunkRoutes(app: WebApp, context: ApiContext): void {
  registerReading(app, context)
  registerMake(app, context)
  registerChange(app, context)
  registerAcknowledge(app, context)
  registerTest(app, context)
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/trunks',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List trunks',
        description: 'In the order they are tried. A test key has none.',
        response: { 200: TrunkList },
      },
    },
    async (request) => {
      const trunks = await listTrunks(services, callerOf(request).scope)
      return { data: trunks.map(trunkView), nextCursor: null }
    },
  )

  app.get(
    '/v2/trunks/:id',
    {
      config: { access: reading, problems: ['trunk.not_found'] },
      schema: { tags, summary: 'Read a trunk', params, response: { 200: Trunk } },
    },
    async (request) => trunkView(await getTrunk(services, callerOf(request).scope, request.params.id)),
  )
}

function registerMake(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/trunks',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: ['trunk.invalid', 'trunk.test_key'],
      },
      schema: {
        tags,
        summary: 'Add a trunk',
        description: 'No fax is sent on it before it is acknowledged: see docs/guides/connect-a-trunk.md.',
        body: CreateTrunkBody,
        response: { 201: Trunk },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const settings = newTrunkSettings(request.body)
      const secret = request.body.secret ?? null
      return idempotently(services, request, reply, request.body, async (finish) => {
        const trunk = await createTrunk(services, scope, actor, settings, secret, {
          inTransaction: (tx, made) => finish(tx, { status: 201, body: trunkView(made) }),
        })
        return { status: 201, body: trunkView(trunk) }
      })
    },
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/trunks/:id',
    {
      config: {
        access: writing,
        problems: ['trunk.invalid', 'trunk.not_found'],
      },
      schema: {
        tags,
        summary: 'Change a trunk',
        description:
          'Fields that are absent stay. Another "host", "port" or "outboundProxy" asks for the acknowledgement anew.',
        params,
        body: UpdateTrunkBody,
        response: { 200: Trunk },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const { body } = request
      const change = {
        settings: (before: Parameters<typeof changedTrunkSettings>[0]) => changedTrunkSettings(before, body),
        ...(body.secret === undefined ? {} : { secret: body.secret }),
        fields: Object.keys(body),
      }
      return trunkView(await changeTrunk(services, scope, actor, request.params.id, change))
    },
  )

  app.delete(
    '/v2/trunks/:id',
    {
      config: { access: writing, problems: ['trunk.not_found'] },
      schema: {
        tags,
        summary: 'Delete a trunk',
        description: 'Calls that are up go on; attempts keep its id.',
        params,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      await deleteTrunk(services, scope, actor, request.params.id)
      return reply.code(204).send(null)
    },
  )
}

function registerAcknowledge(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/trunks/:id/acknowledge',
    {
      config: { access: writing, problems: ['trunk.not_found'] },
      schema: {
        tags,
        summary: 'Say what protects the media of a trunk',
        description:
          'T.38 pages travel over UDPTL, which is clear text whatever the signalling is. Who said it, and when, is kept and audited.',
        params,
        body: AcknowledgeTrunkBody,
        response: { 200: Trunk },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      const { mediaProtection } = request.body
      return trunkView(await acknowledgeTrunk(services, scope, actor, request.params.id, mediaProtection))
    },
  )
}

function registerTest(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/trunks/:id/test',
    {
      config: { access: writing, problems: ['trunk.not_found', 'line.unavailable'] },
      schema: {
        tags,
        summary: 'Test a trunk',
        description: 'Looks at its settings, name, connection, OPTIONS and registration. Nobody is called.',
        params,
        response: { 200: TrunkReport },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      const { ok, checks } = await testTrunk(services, scope, actor, request.params.id, signalOf(reply))
      return { ok, checks: checks.map((check) => ({ ...check })) }
    },
  )
}
