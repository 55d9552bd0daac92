import type { OpenBlockedCall } from '../../../application/inbox/list-blocked.ts'
import type { RouteTest } from '../../../application/numbers/test-route.ts'
import type { OpenRoute } from '../../../application/sealed/route-secrets.ts'
import { maskNumber } from '../../../domain/numbers/number.ts'
import { noticesState } from './mailbox-view.ts'

/** @param canMail whether this server has a mail server to send through */
export function routeView(route: OpenRoute, canMail: boolean) {
  const { id, name, position, enabled, numberId, conditions, actions, createdAt, updatedAt } = route
  const { from, schedule, ...plain } = conditions
  const { notify, ...does } = actions
  return {
    ...{ id, name, position, enabled, numberId },
    conditions: {
      ...plain,
      ...(from ? { from: [...from] } : {}),
      ...(schedule ? { schedule: { ...schedule, days: [...schedule.days] } } : {}),
    },
    actions: { ...does, ...(notify ? { notify: [...notify] } : {}) },
    notices: noticesState(notify ?? [], canMail),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

export function routeTestView({ route, undecided, isRefused, placement }: RouteTest) {
  return {
    route: route ? nameOf(route) : null,
    isFinal: undecided.length === 0,
    undecided: undecided.map(({ route: each, needs }) => ({ route: nameOf(each), needs })),
    call: isRefused ? ('refused' as const) : ('answered' as const),
    outcome: placement ?? null,
  }
}

/** @param showNumbers whether the reader may see whole telephone numbers */
export function blockedView(call: OpenBlockedCall, showNumbers: boolean) {
  const { id, routeId, numberId, from, reason, at } = call
  const shown = from === null || showNumbers ? from : maskNumber(from)
  return { id, routeId, numberId, from: shown, reason, at: at.toISOString() }
}

function nameOf({ id, name }: OpenRoute) {
  return { id, name }
}
