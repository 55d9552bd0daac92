import { USAGE } from './command-line.ts'

/** What the usage says of one command; of a command that there is not, all of it, for its name is what was wrong. */
export function usageOf(command: string): string {
  let isOf = false
  const lines = USAGE.split('\n').filter((line) => {
    const [, name] = /^ {2}answerback (\S+)/.exec(line) ?? []
    if (name !== undefined || !line.startsWith('  ')) isOf = name === command
    return isOf
  })
  return lines.length === 0 ? USAGE : `${lines.join('\n')}\n\nAll commands: answerback help\n`
}
