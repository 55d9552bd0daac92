import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'

export interface TakenMail {
  readonly from: string
  readonly to: readonly string[]
  /** Header and body as they came, without the final dot. */
  readonly text: string
  readonly secure: boolean
  readonly login: string | undefined
}

export interface SmtpServerOptions {
  /** Offers STARTTLS; with `implicit` it speaks TLS from the first byte. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  readonly implicit?: boolean
  /** `user:password` to ask for; none: no login is offered. */
  readonly login?: string
}

/** A mail server on loopback (RFC 5321) that keeps what it takes and answers RCPT as it is told. */
export interface TestSmtpServer {
  readonly port: number
  readonly mails: TakenMail[]
  /** Reply to RCPT by address; absent: taken. `hang` says nothing. */
  answer: (address: string) => string | 'hang' | undefined
  /** Takes connections and says nothing at all. */
  isSilent: boolean
  /** How often somebody came. */
  connections: number
  close(): Promise<void>
}

export async function startSmtpServer(options: SmtpServerOptions = {}): Promise<TestSmtpServer> {
  const sockets = new Set<Socket>()
  const server = createServer((raw) => {
    sockets.add(raw)
    raw.on('close', () => sockets.delete(raw))
    running.connections += 1
    if (running.isSilent) return void raw.on('error', () => undefined).resume()
    const socket = options.implicit ? secured(raw, options) : raw
    socket.on('error', () => undefined)
    talk(socket, options, running, options.implicit === true)
    socket.write('220 zebra.example ESMTP\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const running: TestSmtpServer = {
    port: (server.address() as AddressInfo).port,
    mails: [],
    answer: () => undefined,
    isSilent: false,
    connections: 0,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return running
}

function talk(socket: Socket, options: SmtpServerOptions, server: TestSmtpServer, secure: boolean): void {
  let buffered = ''
  let data: string[] | undefined
  let from = ''
  let to: string[] = []
  let login: string | undefined
  const say = (line: string) => socket.write(`${line}\r\n`)
  const hear = (line: string) => {
    if (data) {
      if (line !== '.') return void data.push(line.startsWith('.') ? line.slice(1) : line)
      server.mails.push({ from, to, text: data.join('\n'), secure, login })
      data = undefined
      to = []
      return void say('250 2.0.0 taken')
    }
    const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
    switch (verb.toUpperCase()) {
      case 'EHLO': {
        const extensions = [
          'zebra.example',
          ...(options.tls && !secure ? ['STARTTLS'] : []),
          ...(options.login === undefined ? [] : ['AUTH PLAIN']),
        ]
        for (const [at, each] of extensions.entries())
          say(`250${at === extensions.length - 1 ? ' ' : '-'}${each}`)
        return
      }
      case 'STARTTLS': {
        socket.removeAllListeners('data')
        socket.write('220 go on\r\n')
        return talk(secured(socket, options), options, server, true)
      }
      case 'AUTH': {
        const [, user, password] = Buffer.from(rest.split(' ')[1] ?? '', 'base64')
          .toString()
          .split('\0')
        if (`${user}:${password}` !== options.login) return void say('535 5.7.8 no')
        login = user
        return void say('235 2.7.0 welcome')
      }
      case 'MAIL':
        from = addressIn(rest)
        return void say('250 2.1.0 ok')
      case 'RCPT': {
        const answer = server.answer(addressIn(rest))
        if (answer === 'hang') return
        if (answer === undefined) to.push(addressIn(rest))
        return void say(answer ?? '250 2.1.5 ok')
      }
      case 'DATA':
        data = []
        return void say('354 go on')
      case 'QUIT':
        say('221 2.0.0 bye')
        return void socket.end()
      default:
        return void say('250 2.0.0 ok')
    }
  }
  socket.on('data', (bytes: Buffer) => {
    buffered += bytes.toString('utf8')
    for (let end = buffered.indexOf('\r\n'); end >= 0; end = buffered.indexOf('\r\n')) {
      const line = buffered.slice(0, end)
      buffered = buffered.slice(end + 2)
      hear(line)
    }
  })
}

function secured(socket: Socket, { tls }: SmtpServerOptions): TLSSocket {
  const secureContext = createSecureContext({ key: tls?.key, cert: tls?.certificate })
  const upgraded = new TLSSocket(socket, { isServer: true, secureContext })
  upgraded.on('error', () => undefined)
  return upgraded
}

function addressIn(text: string): string {
  return /<([^>]*)>/.exec(text)?.[1] ?? ''
}
