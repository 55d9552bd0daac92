import type { FastifyRequest } from 'fastify'

const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-f:]{2,45}\])(?::\d{1,5})?$/

/**
 * The address the caller used, for links told back to that caller alone; `''` (links are then relative) when its Host header
 * is no host. Where links are kept or told to others, the operator's `publicUrl` stands instead.
 */
export function originOf(request: FastifyRequest): string {
  return HOST.test(request.host ?? '') ? `${request.protocol}://${request.host}` : ''
}
