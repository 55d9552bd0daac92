import { listAreas, listOffers, searchNumber } from '../../application/numbers/number-catalogue.ts'
import { buyNumber, NUMBERS_MAX } from '../../application/numbers/number-orders.ts'
import { releaseNumber } from '../../application/numbers/number-release.ts'
import { getNumberByOrder, listNumbers } from '../../application/numbers/numbers.ts'
import { parsePlace } from '../../domain/numbers/number-place.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { NumberRow } from '../../ports/store/number-store.ts'
import { idempotently } from '../web/idempotent.ts'
import { needs } from '../web/route-access.ts'
import { callerOf, type WebApp } from '../web/web-app.ts'
import { type IFaxContext, KEY_HEADER } from './context.ts'
import { type Fields, requiredText, textField } from './fields.ts'
import { readNumberNames } from './inbound-fields.ts'
import { success } from './reply.ts'
import { readFields } from './request-fields.ts'

const READ = { access: needs('numbers:read', KEY_HEADER), undocumented: true } as const
const WRITE = { access: needs('numbers:write', KEY_HEADER), undocumented: true } as const

/** The account's numbers, and buying and giving back. */
export function registerNumberRoutes(app: WebApp, context: IFaxContext): void {
  registerList(app, context)
  registerCatalogue(app, context)
  registerBuy(app, context)
  registerDelete(app, context)
}

function registerList(app: WebApp, { services }: IFaxContext): void {
  // Clients call it to see whether the key works, too.
  app.post('/customer/inbound/number-list', { config: READ }, async (request) => {
    const { numbers } = await listNumbers(services, callerOf(request).scope, { limit: NUMBERS_MAX })
    // One that is being ordered may not become the account's.
    const owned = numbers.filter(({ ordering }) => ordering === null)
    return success('Numbers list retrieved successfully', owned.map(numberObject))
  })
}

function registerCatalogue(app: WebApp, { services }: IFaxContext): void {
  app.post('/customer/inbound/area-list', { config: READ }, async (request) => {
    const place = readPlace(await readFields(request))
    const areas = await listAreas(services, callerOf(request).scope, place)
    return success(
      'Area list retrieved successfully',
      areas.map(({ id, prefix, country, region }) => ({
        id,
        prefix,
        country,
        abbreviation: region ?? country,
      })),
    )
  })

  app.post('/customer/inbound/numbers', { config: READ }, async (request) => {
    const areaId = requiredText(await readFields(request), 'id')
    const offers = await listOffers(services, callerOf(request).scope, areaId)
    return success(
      'Numbers retrieved successfully',
      offers.map(({ number }) => ({ faxNumber: number })),
    )
  })

  app.post('/customer/inbound/search', { config: READ }, async (request) => {
    const wanted = requiredText(await readFields(request), 'faxNumber')
    const { number } = await searchNumber(services, callerOf(request).scope, wanted)
    return success('Number is available', { faxNumber: number, available: true })
  })
}

function registerBuy(app: WebApp, { services }: IFaxContext): void {
  app.post('/customer/inbound/buy', { config: WRITE }, async (request, reply) => {
    const { scope, actor } = callerOf(request)
    const fields = await readFields(request)
    // `addLicense` pays iFax for a seat; there are none here, so whatever it says is right.
    const wanted = requiredText(fields, 'faxNumber')
    const body = (number: NumberRow) => success('Number purchased successfully', numberObject(number))
    return idempotently(services, request, reply, fields, async (finish) => {
      const bought = await buyNumber(services, scope, actor, wanted, {
        inTransaction: (tx, number) => finish(tx, { status: 200, body: body(number) }),
      })
      return { status: 200, body: body(bought) }
    })
  })
}

function registerDelete(app: WebApp, { services }: IFaxContext): void {
  app.post('/customer/inbound/number-delete', { config: WRITE }, async (request) => {
    const { scope, actor } = callerOf(request)
    const { numberId, orderId } = readNumberNames(await readFields(request))
    const { id } = await getNumberByOrder(services, scope, numberId, orderId)
    await releaseNumber(services, scope, actor, id)
    return success('Number deleted successfully', {})
  })
}

/** Both ids are JSON strings: an `orderId` is above 2^53, where a JSON number loses its last digits. */
function numberObject({ numberId, orderId, number, settings, carrier, createdAt }: NumberRow) {
  const { label, department, callerId } = settings
  return {
    numberId: String(numberId),
    orderId,
    faxNumber: number,
    label: label ?? '',
    department: department ?? '',
    callerId: callerId ?? number,
    carrier,
    createdAt: createdAt.toISOString(),
  }
}

function readPlace(fields: Fields) {
  const text = textField(fields, 'abbreviation') ?? 'US'
  const place = parsePlace(text)
  if (place) return place
  throw new Problem('request.invalid', {
    field: 'abbreviation',
    detail: '"abbreviation" must be US, CAN, or that of a state, a province or a country.',
  })
}
