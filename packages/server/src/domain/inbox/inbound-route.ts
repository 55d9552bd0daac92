import { isWithin, type WallTime, type WeeklySchedule, wallTime } from '../time/weekly-schedule.ts'
import type { Mark, Priority } from './inbox.ts'

/** What a rule asks of a fax. All that are given must hold; none given: it holds for every fax. */
export interface RouteConditions {
  /** Callers: E.164, or the beginning of one and `*`. One of them must fit. */
  readonly from?: readonly string[]
  /** Whether the caller withheld the number. */
  readonly anonymous?: boolean
  /** What the sending machine says of itself (TSI). Upper and lower case, and blanks, make no difference. */
  readonly stationId?: { readonly equals: string } | { readonly contains: string }
  /** One of the barcodes on the pages. */
  readonly barcode?: { readonly equals: string } | { readonly startsWith: string }
  /** When the call began. */
  readonly schedule?: WeeklySchedule
}

/** What a rule does with a fax that it holds for. */
export interface RouteActions {
  /** Absent: the mailbox of the number called. */
  readonly mailboxId?: string
  /** Id or address of a person of the customer's own. */
  readonly assignee?: string
  readonly priority?: Priority
  /** Addresses that are told by email, besides those of the mailbox. */
  readonly notify?: readonly string[]
  /** Refuses the call. */
  readonly block?: { readonly reason: string }
  /** Takes the fax and marks it as spam. */
  readonly spam?: { readonly reason: string }
}

export interface InboundRoute {
  readonly id: string
  readonly enabled: boolean
  /** `null`: for calls to every number. */
  readonly numberId: string | null
  readonly conditions: RouteConditions
  readonly actions: RouteActions
}

/** What is known of a fax. More is known with each pass; what is `undefined` is not known yet. */
export interface CallFacts {
  /** The account's number that was called; `null` when it owns none such. */
  readonly numberId: string | null
  /** The caller as the network told it; `null` when withheld. */
  readonly from: string | null
  readonly startedAt: Date
  /** Known when the call has ended; `null` when the machine said nothing. */
  readonly stationId?: string | null
  /** Known when the pages were examined. */
  readonly barcodes?: readonly string[]
}

/** A fact that is not known from the beginning. */
export type LateFact = 'stationId' | 'barcode'

export interface RouteChoice<Route extends InboundRoute> {
  /** The first rule that holds for what is known. */
  readonly route: Route | undefined
  /** Rules before it that may yet hold, when what they need is known: without any, the choice is final. */
  readonly undecided: readonly { readonly route: Route; readonly needs: LateFact }[]
}

/**
 * The first enabled rule that holds, in the order given.
 *
 * It is asked three times: at the INVITE, at the end of the call, and when the pages were examined. A rule that needs a fact not known yet
 * is neither passed over for good nor waited for: the choice among the others stands until the fact is known.
 * @param routes by position
 */
export function chooseRoute<Route extends InboundRoute>(
  routes: readonly Route[],
  facts: CallFacts,
): RouteChoice<Route> {
  const undecided: { route: Route; needs: LateFact }[] = []
  const walls = new Map<string, WallTime>()
  for (const route of routes) {
    const verdict = judge(route, facts, walls)
    if (verdict === 'holds') return { route, undecided }
    if (verdict !== 'fails') undecided.push({ route, needs: verdict })
  }
  return { route: undefined, undecided }
}

/** A fact that is not known yet decides nothing while a known one already fails. */
function judge(route: InboundRoute, facts: CallFacts, walls: Map<string, WallTime>) {
  if (!route.enabled) return 'fails'
  if (route.numberId !== null && route.numberId !== facts.numberId) return 'fails'
  const { from, anonymous, stationId, barcode, schedule } = route.conditions
  if (from && !from.some((each) => fitsCaller(each, facts.from))) return 'fails'
  if (anonymous !== undefined && anonymous !== isAnonymous(facts.from)) return 'fails'
  if (schedule && !isWithin(schedule, wallOf(schedule.timeZone, facts.startedAt, walls))) return 'fails'
  if (stationId && facts.stationId !== undefined && !fitsStation(stationId, facts.stationId)) return 'fails'
  if (barcode && facts.barcodes && !facts.barcodes.some((each) => fitsBarcode(barcode, each))) return 'fails'
  if (stationId && facts.stationId === undefined) return 'stationId'
  return barcode && facts.barcodes === undefined ? 'barcode' : 'holds'
}

function wallOf(timeZone: string, at: Date, walls: Map<string, WallTime>): WallTime {
  const known = walls.get(timeZone)
  if (known) return known
  const wall = wallTime(at, timeZone)
  walls.set(timeZone, wall)
  return wall
}

function fitsCaller(pattern: string, from: string | null): boolean {
  if (from === null) return false
  return pattern.endsWith('*') ? from.startsWith(pattern.slice(0, -1)) : from === pattern
}

/** Some networks put a word such as "anonymous" where the number would be (RFC 3323 §4.1.1.3). */
function isAnonymous(from: string | null): boolean {
  return from === null || !/\d/.test(from)
}

function fitsStation(wanted: NonNullable<RouteConditions['stationId']>, told: string | null): boolean {
  if (told === null) return false
  const text = plain(told)
  return 'equals' in wanted ? text === plain(wanted.equals) : text.includes(plain(wanted.contains))
}

/** T.30 §5.3.6.2.4 pads with blanks, and machines group digits as their owners typed them. */
function plain(text: string): string {
  return text.replace(/\s+/g, '').toLowerCase()
}

function fitsBarcode(wanted: NonNullable<RouteConditions['barcode']>, text: string): boolean {
  return 'equals' in wanted ? text === wanted.equals : text.startsWith(wanted.startsWith)
}

/** Whether a call may be refused: a block that no rule before it can still overrule. A refusal cannot be taken back. */
export function blockOf<Route extends InboundRoute>({
  route,
  undecided,
}: RouteChoice<Route>): { route: Route; reason: string } | undefined {
  const reason = route?.actions.block?.reason
  return route && reason !== undefined && undecided.length === 0 ? { route, reason } : undefined
}

/** What becomes of a fax by the rule that was chosen. */
export interface Placement {
  readonly mailboxId: string
  readonly assignee: string | null
  readonly priority: Priority
  readonly mark: Extract<Mark, 'new' | 'spam'>
  readonly spamReason: string | null
}

/**
 * @param mailboxId of the number called, or the default one
 */
export function placementOf(actions: RouteActions | undefined, mailboxId: string): Placement {
  // A block that was decided too late to refuse the call: what it would have kept out is spam.
  const spamReason = (actions?.spam ?? actions?.block)?.reason ?? null
  return {
    mailboxId: actions?.mailboxId ?? mailboxId,
    assignee: actions?.assignee ?? null,
    priority: actions?.priority ?? 'normal',
    mark: spamReason === null ? 'new' : 'spam',
    spamReason,
  }
}
