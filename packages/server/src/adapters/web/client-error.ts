import type { Socket } from 'node:net'

/**
 * Bytes that are not HTTP, headers that are too large, a request that took too long: there is no request to answer, so
 * the reply is written to the socket as it is, and the socket is closed.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, reason, title] = REPLY_OF_CODE[error.code ?? ''] ?? [
    400,
    'Bad Request',
    'The request is not valid HTTP.',
  ]
  const body = JSON.stringify({
    type: 'about:blank',
    title,
    status,
    code: 'request.invalid',
    retryable: false,
  })
  socket.write(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
  // Only ended, it would stay half open for as long as its client likes, and whoever holds many such takes all descriptors.
  socket.destroySoon()
}

const REPLY_OF_CODE: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The request headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request took too long to arrive.'],
}
