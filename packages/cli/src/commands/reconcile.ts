import type { CommandLine } from '../command-line.ts'
import { counted } from '../counted.ts'
import { readYesOrNo } from '../flags.ts'
import {
  type Contradiction,
  describeContradiction,
  describeReconciliation,
  type Reconciliation,
} from '../reconciliation.ts'
import { type Command, chosen, liveClientOf, noPositional, onePositional, print } from './command.ts'

const ACTIONS: Readonly<Record<string, Command>> = { status, now, contradictions, resolve }
/** The answer comes when the providers have been asked. `fetch` itself waits no longer than 300 s for one. */
const RUN_TIMEOUT_MS = 290_000
const RUNS_SHOWN = 5

interface Runs {
  readonly data: readonly Reconciliation[]
  readonly lastRunAt: string | null
  readonly openContradictions: number
}

/** `answerback reconcile [status] | now | contradictions | resolve ID`: whether the providers' records agree with ours. */
export function reconcile(line: CommandLine): Promise<number> {
  const told = 'Say what to do: reconcile status, now, contradictions or resolve ID.'
  return chosen(line, ACTIONS, 'status', told)
}

/** Exit code 1 when a person has to look. */
async function status(line: CommandLine): Promise<number> {
  noPositional(line, 'The status')
  const runs = await liveClientOf(line).get<Runs>('/v2/reconciliations')
  const { lastRunAt, openContradictions: open } = runs
  const shown = runs.data.slice(0, RUNS_SHOWN).map(describeReconciliation).join('')
  const last = lastRunAt === null ? 'None has come to its end.' : `The last that ended began ${lastRunAt}.`
  const look =
    open === 0
      ? 'No contradiction is open.'
      : `${counted(open, 'contradiction is', 'contradictions are')} open: npx answerback reconcile contradictions`
  print(line, runs, `${shown}${shown && '\n'}${last}\n${look}\n`)
  return open === 0 ? 0 : 1
}

/** Exit code 1 when a provider could not be asked, or a person has to look. */
async function now(line: CommandLine): Promise<number> {
  noPositional(line, 'A reconciliation')
  const run = await liveClientOf(line, RUN_TIMEOUT_MS).post<Reconciliation>('/v2/reconciliations', {})
  print(line, run, describeReconciliation(run))
  const { error, counts } = run
  return error === null && counts?.providersFailed === 0 && counts.contradictions === 0 ? 0 : 1
}

/** Those that are open, unless `--resolved` says otherwise. */
async function contradictions(line: CommandLine): Promise<number> {
  noPositional(line, 'The list of contradictions')
  const { resolved = 'false', limit = '20' } = line.options
  const query = new URLSearchParams({ limit, resolved: String(readYesOrNo('resolved', resolved)) })
  const page = await liveClientOf(line).get<{ data: Contradiction[]; nextCursor: string | null }>(
    `/v2/contradictions?${query}`,
  )
  const more = page.nextCursor === null ? '' : 'There are more: raise --limit.\n'
  const next =
    resolved === 'false' && page.data.length > 0
      ? 'When somebody has looked: npx answerback reconcile resolve ID\n'
      : ''
  return print(
    line,
    page,
    (page.data.map(describeContradiction).join('') || 'No contradictions.\n') + more + next,
  )
}

async function resolve(line: CommandLine): Promise<number> {
  const id = encodeURIComponent(onePositional(line, 'contradiction id'))
  const resolved = await liveClientOf(line).post<Contradiction>(`/v2/contradictions/${id}/resolve`, {})
  return print(line, resolved, describeContradiction(resolved))
}
