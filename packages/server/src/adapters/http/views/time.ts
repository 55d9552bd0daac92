/** RFC 3339 in UTC. */
export function timeOrNull(time: Date | null): string | null {
  return time === null ? null : time.toISOString()
}
