import { Problem } from '../../domain/problem/problem.ts'

/** No route can be called that. */
const NOWHERE = '/%00'

/**
 * The URL to look a route up by. A path that is not percent-encoded UTF-8 (RFC 3986 §2.1) would be refused by the router itself, past our hooks: without
 * limit, log line and headers, and with the path repeated in the reply.
 */
export function routableUrl(url: string): string {
  return isReadable(url) ? url : NOWHERE
}

/** Why no route was found. @param url as it was sent */
export function notFound(url: string): Problem {
  if (isReadable(url)) return new Problem('request.not_found')
  return new Problem('request.invalid', { detail: 'The path is not valid percent-encoded UTF-8.' })
}

function isReadable(url: string): boolean {
  try {
    decodeURI(url.split('?', 1)[0]!)
    return true
  } catch {
    return false
  }
}
