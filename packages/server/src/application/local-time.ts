/**
 * Date and time on the wall of the sender's time zone, such as `11/22/2026 14:05 EST`, as printed in the header line
 * (47 CFR 68.318(d) asks for date and time of sending).
 * @param timeZone IANA name; UTC when absent
 */
export function formatLocalTime(timeMs: number, timeZone = 'UTC'): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  })
  return format.format(timeMs).replace(',', '')
}
