import type { EventType } from './event.ts'

/** What is needed to tell an event to a native webhook or to a reader of `/v2/events`. */
export interface ToldEvent {
  readonly id: string
  readonly type: EventType
  readonly createdAt: Date
  readonly sequence: number
  readonly data: Readonly<Record<string, unknown>>
}

/** Told only to a subscription that asked for numbers. */
export interface EventNumbers {
  readonly to: string
  readonly from: string | null
}

export interface NativeEvent {
  readonly id: string
  readonly type: EventType
  readonly createdAt: string
  /** `false` for everything made with a test key. */
  readonly livemode: boolean
  /** Rises by one with each event about the same fax, so that a receiver can drop an older one that comes late. */
  readonly sequence: number
  readonly data: Readonly<Record<string, unknown>>
}

/** The thin envelope: ids, status and counts, never the document. */
export function nativeEvent(event: ToldEvent, livemode: boolean, numbers?: EventNumbers): NativeEvent {
  return {
    id: event.id,
    type: event.type,
    createdAt: event.createdAt.toISOString(),
    livemode,
    sequence: event.sequence,
    data: numbers ? { ...event.data, ...numbers } : event.data,
  }
}
