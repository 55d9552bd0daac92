export interface WebhookRow {
  readonly id: string
  readonly dialect: 'ifax' | 'native'
  readonly urlSealed: Buffer
  /** Empty: all. */
  readonly eventTypes: readonly string[]
  readonly includeNumbers: boolean
  readonly secretSealed: Buffer
  readonly previousSecretSealed: Buffer | null
  readonly previousSecretUntil: Date | null
  readonly basicAuthSealed: Buffer | null
  readonly status: 'enabled' | 'disabled'
  readonly disabledReason: string | null
  readonly description: string | null
  /** Only events about faxes that came in on these numbers; `null`: all events. */
  readonly numberIds: readonly string[] | null
  /** iFax's dialect only: news of a received fax is posted as a form with its pages as a file. */
  readonly multipart: boolean
  readonly createdAt: Date
}

export interface DeliveryRow {
  readonly id: string
  readonly webhookId: string
  readonly eventId: string
  readonly status: 'pending' | 'delivered' | 'failed'
  readonly attemptCount: number
  readonly nextAttemptAt: Date | null
  readonly createdAt: Date
  readonly endedAt: Date | null
  readonly replayedAt: Date | null
  /** Attempts made before the last replay: the retry schedule starts anew after it. */
  readonly attemptsBefore: number
  /** Fencing token: rises with every claim. */
  readonly leaseToken: number
}

export interface DeliveryAttemptRow {
  readonly number: number
  readonly at: Date
  readonly durationMs: number
  readonly responseStatus: number | null
  readonly errorCode: string | null
}

export interface WebhookRepository {
  insert(webhook: WebhookRow): Promise<void>
  get(id: string): Promise<WebhookRow | undefined>
  list(): Promise<WebhookRow[]>
  update(
    id: string,
    patch: Partial<Omit<WebhookRow, 'id' | 'dialect' | 'createdAt'>>,
  ): Promise<WebhookRow | undefined>
  delete(id: string): Promise<boolean>
  /**
   * Takes a delivery due at `dueAt` (account time) for one worker until `until`; `undefined` when it is gone, ended, not
   * due, or another worker's lease still runs at `now` (both on the real clock). A lease and not a row lock, because a
   * transaction that stays open while a slow receiver answers would hold back every reader of the event list.
   */
  claimDelivery(id: string, dueAt: Date, now: Date, until: Date): Promise<DeliveryRow | undefined>
  /**
   * Posts to this webhook that are under way: leases that still run at `now`. Until the transaction ends no other one gets its
   * count, so that counting and then claiming is one step.
   */
  lockAndCountClaimed(webhookId: string, now: Date): Promise<number>
  /** The delivery of this webhook that has been due the longest at `dueAt` and that nobody holds. */
  nextWaiting(webhookId: string, dueAt: Date, now: Date): Promise<string | undefined>
  getDelivery(id: string): Promise<DeliveryRow | undefined>
  listDeliveries(webhookId: string, afterId: string | undefined, limit: number): Promise<DeliveryRow[]>
  deliveryAttempts(deliveryId: string): Promise<DeliveryAttemptRow[]>
  /**
   * One more try was made; `next` is when the following one is due, `null` when there is none. Ends the lease.
   * `false`, with nothing written, when `leaseToken` is no longer the row's: another worker has taken over.
   */
  recordAttempt(
    deliveryId: string,
    leaseToken: number,
    attempt: DeliveryAttemptRow,
    outcome: { status: DeliveryRow['status']; next: Date | null },
  ): Promise<boolean>
  /** Ends all that still waits for this webhook: nothing more is posted to it. */
  failPending(webhookId: string, at: Date): Promise<void>
  /** Sends an event to a webhook (again), with the same event id and a fresh retry schedule. Returns the delivery. */
  replay(deliveryId: string, webhookId: string, eventId: string, at: Date): Promise<string>
  eventsBetween(webhookId: string, from: Date, to: Date, limit: number): Promise<string[]>
}
