import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One post as it arrived. */
export interface ReceivedPost {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What a receiver does with a request whose body has arrived. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void

/** A real HTTP server on loopback that keeps what it is sent and answers as it is told. */
export interface Receiver {
  readonly url: string
  readonly posts: ReceivedPost[]
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

export const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end()
  }

export async function startReceiver(): Promise<Receiver> {
  const posts: ReceivedPost[] = []
  let current = answer(200)
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      posts.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) })
      current(response, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    posts,
    behave(behaviour) {
      current = behaviour
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
