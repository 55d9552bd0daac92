import { ConfigError } from './config/misconfiguration.ts'

interface Listener {
  listen(address: Address): Promise<string>
}

interface Address {
  readonly host: string
  readonly port: number
}

/** What the operator can mend, by the system's error code. */
const REFUSED: Readonly<Record<string, readonly [setting: string, sentence: string, fix: string]>> = {
  EADDRINUSE: ['ANSWERBACK_PORT', 'Another process listens there already.', 'Stop it, or set another port.'],
  EACCES: ['ANSWERBACK_PORT', 'This user may not listen there.', 'Set a port above 1023.'],
  EADDRNOTAVAIL: ['ANSWERBACK_HOST', 'This machine has no such address.', 'Set an address of this machine.'],
}

/**
 * @returns the URL it listens at
 * @throws ConfigError when the system refuses the address
 */
export async function listen(listener: Listener, address: Address): Promise<string> {
  try {
    return await listener.listen(address)
  } catch (error) {
    const known = REFUSED[(error as { code?: string }).code ?? '']
    if (known === undefined) throw error
    const [setting, sentence, fix] = known
    throw new ConfigError([{ setting, sentence: `${address.host}:${address.port}: ${sentence}`, fix }])
  }
}
