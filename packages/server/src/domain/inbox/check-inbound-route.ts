import { isEmailAddress } from '../email-address.ts'
import { isTimeOfDay, isTimeZone } from '../time/weekly-schedule.ts'
import type { RouteActions, RouteConditions } from './inbound-route.ts'

/** A part of a rule that does not fit, and why. */
export interface RouteMistake {
  /** JSON path in the API. */
  readonly field: string
  readonly detail: string
}

const CALLER = /^\+[1-9]\d{6,14}$|^\+[1-9]\d{0,13}\*$/
/** As long a run of digits as a local number has. */
const LIKE_A_NUMBER = /\d(?:[ ().-]?\d){6}/

/** What a schema cannot say about a rule. The first thing that does not fit. */
export function findRouteMistake(
  numberId: string | null,
  conditions: RouteConditions,
  actions: RouteActions,
): RouteMistake | undefined {
  return mistakeInConditions(conditions) ?? mistakeInActions(numberId, conditions, actions)
}

function mistakeInConditions({ from, schedule, anonymous }: RouteConditions): RouteMistake | undefined {
  const at = from?.findIndex((each) => !CALLER.test(each)) ?? -1
  if (at >= 0) {
    return mistake(
      `conditions.from[${at}]`,
      'must be an E.164 number, or the beginning of one followed by *, such as +1202*',
    )
  }
  if (from && anonymous) {
    return mistake('conditions.anonymous', 'cannot be true together with "from": such a call has no number')
  }
  if (!schedule) return undefined
  if (!isTimeZone(schedule.timeZone)) {
    return mistake('conditions.schedule.timeZone', 'must be an IANA name such as America/New_York')
  }
  const wrong = (['from', 'to'] as const).find((name) => !isTimeOfDay(schedule[name]))
  return wrong && mistake(`conditions.schedule.${wrong}`, 'must be a time of day such as 07:30')
}

function mistakeInActions(
  numberId: string | null,
  conditions: RouteConditions,
  actions: RouteActions,
): RouteMistake | undefined {
  const { block, spam, notify } = actions
  const given = Object.keys(actions)
  if (given.length === 0)
    return mistake('actions', 'must hold at least one: a rule that does nothing hides those after it')
  const at = notify?.findIndex((each) => !isEmailAddress(each)) ?? -1
  if (at >= 0) return mistake(`actions.notify[${at}]`, 'must be a plain mail address')
  for (const name of ['block', 'spam'] as const) {
    if (LIKE_A_NUMBER.test(actions[name]?.reason ?? '')) {
      return mistake(`actions.${name}.reason`, 'must not hold a telephone number: it stands in the audit')
    }
  }
  const others = given.filter((name) => name !== 'spam' && name !== 'mailboxId')
  if (spam && others.length > 0) {
    return mistake(`actions.${others[0]}`, 'does not go with "spam": nobody is asked to look at it')
  }
  if (!block) return undefined
  if (given.length > 1) {
    const other = given.find((name) => name !== 'block')
    return mistake(`actions.${other}`, 'does not go with "block": there is no fax to do it to')
  }
  const late = (['stationId', 'barcode'] as const).find((name) => conditions[name] !== undefined)
  if (late)
    return mistake(
      `conditions.${late}`,
      'is not known when a call is refused; use "spam" in place of "block"',
    )
  if (numberId === null && Object.keys(conditions).length === 0) {
    return mistake('conditions', 'must name one at least, or "numberId": this rule would refuse every call')
  }
  return undefined
}

function mistake(field: string, detail: string): RouteMistake {
  return { field, detail: `"${field}" ${detail}.` }
}
