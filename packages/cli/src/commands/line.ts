import type { CommandLine } from '../command-line.ts'
import { UsageError } from '../failures.ts'
import { liveClientOf, print } from './command.ts'

const LINES: Readonly<Record<string, string>> = {
  sip: 'over the SIP trunks of the account: npx answerback trunk list',
  ifax: 'through its provider: npx answerback provider list',
}
/** What the API takes an account for that never said. */
const DEFAULT_LINE = 'sip'

/** `answerback line [sip|ifax]`: how live faxes leave. */
export async function line(commandLine: CommandLine): Promise<number> {
  const [wanted, ...rest] = commandLine.positionals
  if (rest.length > 0 || (wanted !== undefined && !Object.hasOwn(LINES, wanted)))
    throw new UsageError(`Say how live faxes shall leave: line ${Object.keys(LINES).join(' or line ')}.`)
  const client = liveClientOf(commandLine)
  const path = '/v2/account'
  const { outboundLine } = await (wanted === undefined
    ? client.get<Account>(path)
    : client.patch<Account>(path, { outboundLine: wanted }))
  const current = outboundLine ?? DEFAULT_LINE
  const more =
    wanted === undefined ? '' : 'Faxes in hand stay where they are; retries and new ones leave this way.\n'
  return print(commandLine, { outboundLine: current }, `${current}  ${LINES[current] ?? ''}\n${more}`)
}

interface Account {
  readonly outboundLine: string | null
}
