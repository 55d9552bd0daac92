import type { FaxEndpointEffect } from '@answerback/protocol/fax-call/fax-endpoint'
import type { TrunkNews } from './engine-messages.ts'

/** What the endpoint says of a trunk, as the server is told. */
export function newsOf(event: Extract<FaxEndpointEffect, { kind: 'trunk' }>['event']): TrunkNews {
  switch (event.kind) {
    case 'registered':
      return { kind: 'registered', trunkId: event.trunkId }
    case 'registration_failed':
      return { kind: 'registration_failed', trunkId: event.trunkId, status: event.status }
    case 'trunk_healthy':
      return { kind: 'healthy', trunkId: event.trunkId, roundTripMs: event.roundTripMs }
    case 'trunk_unhealthy':
      return { kind: 'unhealthy', trunkId: event.trunkId, status: event.status }
  }
}
