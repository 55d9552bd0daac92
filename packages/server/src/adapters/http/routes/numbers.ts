import { listAreas, listOffers, searchNumber } from '../../../application/numbers/number-catalogue.ts'
import { buyNumber } from '../../../application/numbers/number-orders.ts'
import { releaseNumber } from '../../../application/numbers/number-release.ts'
import { getNumber, listNumbers, updateNumber } from '../../../application/numbers/numbers.ts'
import { Problem } from '../../../domain/problem/problem.ts'
import type { Scope } from '../../../ports/store/scope.ts'
import { idempotently } from '../../web/idempotent.ts'
import { needs } from '../../web/route-access.ts'
import { callerOf, type WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import { IdParam, Nothing } from '../schemas/common.ts'
import {
  AreaList,
  AreasQuery,
  AvailableQuery,
  BuyNumberBody,
  ListNumbersQuery,
  OfferList,
  PhoneNumber,
  PhoneNumberList,
  UpdateNumberBody,
} from '../schemas/number.ts'
import { numberView, offerView } from '../views/number-view.ts'

const tags = ['Numbers']
const params = IdParam('num', 'number')
const reading = needs('numbers:read')
const writing = needs('numbers:write')

/** `/v2/numbers`: the numbers an account receives on and sends from, and the carrier that sells them. */
export function registerNumberRoutes(app: WebApp, context: ApiContext): void {
  registerAreas(app, context)
  registerOffers(app, context)
  registerReading(app, context)
  registerBuy(app, context)
  registerChange(app, context)
}

function registerAreas(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/numbers/areas',
    {
      config: {
        access: reading,
        problems: ['number.no_carrier', 'system.carrier_unavailable'],
      },
      schema: {
        tags,
        summary: 'List areas with numbers for sale',
        querystring: AreasQuery,
        response: { 200: AreaList },
      },
    },
    async (request) => {
      const { country = 'US', region = null } = request.query
      const areas = await listAreas(services, callerOf(request).scope, { country, region })
      return {
        data: areas.map(({ id, prefix, country, region }) => ({ id, prefix, country, region })),
        nextCursor: null,
      }
    },
  )
}

function registerOffers(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/numbers/available',
    {
      config: {
        access: reading,
        problems: [
          'request.missing_field',
          'number.invalid',
          'number.not_offered',
          'number.no_carrier',
          'system.carrier_unavailable',
        ],
      },
      schema: {
        tags,
        summary: 'List numbers for sale',
        description:
          'Of an area, or one number by itself: then the list has it, or is empty when it cannot be bought.',
        querystring: AvailableQuery,
        response: { 200: OfferList },
      },
    },
    async (request) => {
      const offers = await findOffers(callerOf(request).scope, request.query)
      return { data: offers.map(offerView), nextCursor: null }
    },
  )

  async function findOffers(scope: Scope, { areaId, number }: { areaId?: string; number?: string }) {
    if (areaId !== undefined && number === undefined) return listOffers(services, scope, areaId)
    if (number === undefined) {
      throw new Problem('request.missing_field', {
        field: 'areaId',
        detail: 'Name an "areaId" or a "number".',
      })
    }
    if (areaId !== undefined) {
      throw new Problem('request.invalid', {
        field: 'areaId',
        detail: 'Name an "areaId" or a "number", not both.',
      })
    }
    try {
      return [await searchNumber(services, scope, number)]
    } catch (error) {
      const isTaken = error instanceof Problem && ['number.owned', 'number.unavailable'].includes(error.code)
      if (isTaken) return []
      throw error
    }
  }
}

function registerReading(app: WebApp, { services }: ApiContext): void {
  app.get(
    '/v2/numbers',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'List numbers',
        description: 'Newest first.',
        querystring: ListNumbersQuery,
        response: { 200: PhoneNumberList },
      },
    },
    async (request) => {
      const { limit, ...query } = request.query
      const page = await listNumbers(services, callerOf(request).scope, { ...query, limit: limit ?? 25 })
      return { data: page.numbers.map(numberView), nextCursor: page.nextCursor }
    },
  )

  app.get(
    '/v2/numbers/:id',
    {
      config: { access: reading, problems: ['number.not_found'] },
      schema: { tags, summary: 'Read a number', params, response: { 200: PhoneNumber } },
    },
    async (request) => numberView(await getNumber(services, callerOf(request).scope, request.params.id)),
  )
}

function registerBuy(app: WebApp, { services }: ApiContext): void {
  app.post(
    '/v2/numbers',
    {
      config: {
        access: writing,
        idempotent: true,
        problems: [
          'number.invalid',
          'number.owned',
          'number.order_in_flight',
          'number.unavailable',
          'number.not_offered',
          'number.no_carrier',
          'number.limit',
          'system.carrier_unavailable',
        ],
      },
      schema: {
        tags,
        summary: 'Buy a number',
        description:
          'Or take over one that the carrier holds for the account already. With a test key the sandbox sells simulated numbers, ' +
          '+1 <area> 555 0150 to 0199, which cost nothing.',
        body: BuyNumberBody,
        response: { 201: PhoneNumber },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      return idempotently(services, request, reply, request.body, async (finish) => {
        const bought = await buyNumber(services, scope, actor, request.body.number, {
          inTransaction: (tx, number) => finish(tx, { status: 201, body: numberView(number) }),
        })
        return { status: 201, body: numberView(bought) }
      })
    },
  )
}

function registerChange(app: WebApp, { services }: ApiContext): void {
  app.patch(
    '/v2/numbers/:id',
    {
      config: {
        access: writing,
        problems: ['number.invalid', 'number.not_found'],
      },
      schema: {
        tags,
        summary: 'Change a number',
        description: 'Fields that are absent stay; null takes one away.',
        params,
        body: UpdateNumberBody,
        response: { 200: PhoneNumber },
      },
    },
    async (request) => {
      const { scope, actor } = callerOf(request)
      return numberView(await updateNumber(services, scope, actor, request.params.id, request.body))
    },
  )

  app.delete(
    '/v2/numbers/:id',
    {
      config: {
        access: writing,
        problems: [
          'number.not_found',
          'number.order_in_flight',
          'number.of_trunk',
          'number.no_carrier',
          'system.carrier_unavailable',
        ],
      },
      schema: {
        tags,
        summary: 'Release a number',
        description: 'The carrier may sell it to somebody else at once. Faxes that came on it stay.',
        params,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { scope, actor } = callerOf(request)
      await releaseNumber(services, scope, actor, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
