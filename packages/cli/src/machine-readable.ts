/**
 * One line of JSON that a terminal does not obey: what `printable` takes out of a text stands here as an escape, so that a program reads the
 * same as was said.
 */
export function machineReadable(value: unknown): string {
  const json = JSON.stringify(value)
  return json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
