import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { terminalCases } from '../../../../conformance/t30/terminal-cases.ts'
import type { T30Input } from '../../src/t30/machine.ts'
import type { DataField, DataType, FieldType, Ifp, Indicator } from '../../src/t38/ifp-types.ts'
import { Listener } from '../../src/t38/listener.ts'

describe('What a T.38 terminal makes of packets', () => {
  for (const { id, sentence, packets, hears } of terminalCases) {
    it(`${id}: ${sentence}`, () => {
      const heard: string[] = []
      const listener = new Listener((input) => heard.push(told(input)))
      let nowMs = 0
      for (const packet of packets) {
        const [what, number] = packet.split(' ')
        nowMs += what === 'wait' ? Number(number) : 0
        if (what === 'wait') listener.advance(nowMs)
        else if (what === 'gap') listener.takeGap(Number(number))
        else listener.take(ifp(packet), nowMs)
      }
      assert.deepEqual(heard, hears)
    })
  }
})

function ifp(packet: string): Ifp {
  const [dataType, fields] = packet.split(': ')
  if (fields === undefined) return { kind: 'indicator', indicator: packet as Indicator }
  return { kind: 'data', dataType: dataType as DataType, fields: fields.split(', ').map(field) }
}

function field(text: string): DataField {
  const [type, octets = ''] = text.split(' ')
  return { type: type as FieldType, octets: new Uint8Array(Buffer.from(octets, 'hex')) }
}

function told(input: T30Input): string {
  switch (input.kind) {
    case 'signal_started':
      return `signal ${input.carrier}`
    case 'signal_ended':
      return 'end'
    case 'frame':
      return `frame ${Buffer.from(input.octets).toString('hex')}`
    case 'frame_damaged':
      return 'damaged'
    case 'image':
      return `image ${Buffer.from(input.octets).toString('hex')}`
    case 'gap':
      return `gap ${input.packets}`
    case 'tone':
      return `tone ${input.tone}`
    default:
      return input.kind
  }
}
