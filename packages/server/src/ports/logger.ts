/**
 * A log line is a disclosure, so it can only say what is listed here. Everything else is dropped by the adapter, even
 * when a cast gets it past the compiler: no phone number, name, file name or content has a field to stand in.
 */
export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
  /** A logger that adds `fields` to every line. */
  with(fields: LogFields): Logger
}

/**
 * Identifiers are `prefix_…` as `Random.id` makes them. `event` and `eventType` are dotted words (`fax.accepted`), `job` is
 * dashed (`advance-fax`), other words are `snake_case`. A value of another shape is dropped and counted.
 */
export interface LogFields {
  readonly requestId?: string
  readonly accountId?: string
  readonly keyId?: string
  readonly userId?: string
  readonly faxId?: string
  readonly attemptId?: string
  readonly documentId?: string
  readonly eventId?: string
  readonly webhookId?: string
  readonly deliveryId?: string
  readonly trunkId?: string
  readonly providerId?: string
  readonly inboundId?: string
  readonly noticeId?: string
  readonly job?: string
  readonly eventType?: string
  readonly status?: string
  readonly disposition?: string
  readonly code?: string
  readonly reason?: string
  readonly line?: string
  readonly mode?: string
  readonly method?: string
  /** A route's template (`/v2/faxes/:id`), never the path that was asked for. */
  readonly route?: string
  readonly signal?: string
  readonly version?: string
  readonly httpStatus?: number
  readonly sipStatus?: number
  readonly durationMs?: number
  readonly delayMs?: number
  readonly count?: number
  readonly attempt?: number
  readonly page?: number
  readonly pages?: number
  readonly bytes?: number
  readonly port?: number
  readonly pid?: number
  /** Any thrown value: its name, code and stack frames are kept, its message never is. */
  readonly error?: unknown
}
