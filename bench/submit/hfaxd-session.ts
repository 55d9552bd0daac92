import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** One logged-in session with hfaxd, speaking its FTP-like protocol as sendfax does, but over many jobs. */
export class HfaxdSession {
  readonly #socket: Socket
  readonly #replies: AsyncIterator<string>

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#replies = createInterface({ input: socket })[Symbol.asyncIterator]()
  }

  static async open(port: number): Promise<HfaxdSession> {
    const session = new HfaxdSession(connect(port, '127.0.0.1'))
    await session.#reply()
    for (const command of ['USER bench', 'TYPE I']) await session.#command(command)
    return session
  }

  async submit(document: Uint8Array, number: string): Promise<void> {
    const file = await this.#store(document)
    await this.#command('JNEW')
    const parameters = {
      FROMUSER: '"bench"',
      LASTTIME: '000300',
      MAXDIALS: '12',
      MAXTRIES: '3',
      SCHEDPRI: '127',
      DIALSTRING: `"${number}"`,
      EXTERNAL: `"${number}"`,
      NOTIFYADDR: '"bench"',
      VRES: '196',
      PAGEWIDTH: '215',
      PAGELENGTH: '279',
      NOTIFY: '"none"',
      PAGECHOP: '"default"',
      CHOPTHRESHOLD: '3',
      DOCUMENT: file,
    }
    for (const [name, value] of Object.entries(parameters)) await this.#command(`JPARM ${name} ${value}`)
    await this.#command('JSUBM')
  }

  async close(): Promise<void> {
    await this.#command('QUIT')
    this.#socket.destroy()
  }

  async #store(document: Uint8Array): Promise<string> {
    const passive = /\((\d+),(\d+),(\d+),(\d+),(\d+),(\d+)\)/.exec(await this.#command('PASV'))
    if (!passive) throw new Error('hfaxd gave no passive address')
    const data = connect(Number(passive[5]) * 256 + Number(passive[6]), '127.0.0.1')
    data.end(document)
    const opened = await this.#command('STOT')
    await this.#reply()
    const file = /FILE: (\S+)/.exec(opened)
    if (!file) throw new Error('hfaxd named no file')
    return file[1]!
  }

  #command(text: string): Promise<string> {
    this.#socket.write(`${text}\r\n`)
    return this.#reply()
  }

  /** Multi-line replies have a hyphen after the code in all lines but the last. */
  async #reply(): Promise<string> {
    for (;;) {
      const { value, done } = await this.#replies.next()
      if (done) throw new Error('hfaxd closed the session')
      if (/^\d{3}-/.test(value) || !/^\d{3} /.test(value)) continue
      if (Number(value[0]) >= 4) throw new Error(`hfaxd refused a command: ${value.slice(0, 60)}`)
      return value
    }
  }
}
