import type { FastifyRequest } from 'fastify'

const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-f:]{2,45}\])(?::\d{1,5})?$/

/**
 * The address the caller used, for links told back to that caller alone; `''` (links are then relative) when its Host header
 * is no host, or when nothing tells the scheme any more: a body that was refused half read has lost its socket.
 * Where links are kept or told to others, the operator's `publicUrl` stands instead.
 */
export function originOf(request: Pick<FastifyRequest, 'host' | 'protocol'>): string {
  const scheme: string | undefined = request.protocol
  return scheme !== undefined && HOST.test(request.host ?? '') ? `${scheme}://${request.host}` : ''
}
