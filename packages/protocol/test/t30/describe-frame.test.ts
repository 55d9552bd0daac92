import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildCapabilities } from '../../src/t30/capabilities.ts'
import { describeFrame } from '../../src/t30/describe-frame.ts'
import type { ControlField } from '../../src/t30/facsimile-control-field.ts'
import { buildFrame } from '../../src/t30/frame.ts'
import { buildEor, buildPpr, buildPps } from '../../src/t30/partial-page.ts'
import { encodeStationId } from '../../src/t30/station-id.ts'
import { CAPABILITIES } from './machines.ts'
import { fromBook } from './wire.ts'

function told(field: ControlField, information?: Uint8Array) {
  return describeFrame(buildFrame({ field, information, isFinal: true, hasReceivedDis: false }))
}

describe('A frame in a timeline', () => {
  it('tells what a person wants to know of it', () => {
    assert.deepEqual(told('DCS', fromBook('00 62 f8 44')), {
      what: 'DCS',
      detail: {
        modulation: 'V17_14400',
        resolution: 'fine',
        scheme: 'MMR',
        ecm: true,
        width: 'A4',
        scanLineTimeMs: 0,
      },
    })
    assert.deepEqual(told('DIS', buildCapabilities(CAPABILITIES)).detail?.modems, 'V27TER V29 V17')
    assert.deepEqual(told('CSI', encodeStationId('+12025550101')).detail, { id: '+12025550101' })
    const pps = buildPps({ after: 'EOP', page: 1, block: 0, frames: 71 }, true)
    assert.deepEqual(told('PPS', pps), { what: 'PPS-EOP', detail: { page: 1, block: 0, frames: 71 } })
    const ppr = buildPpr((frame) => frame < 3)
    assert.deepEqual(told('PPR', ppr), { what: 'PPR', detail: { framesWanted: 3 } })
    assert.deepEqual(told('EOR', buildEor('MPS', true)), { what: 'EOR-MPS' })
    assert.deepEqual(told('CTC', fromBook('00 2a')).detail, { modulation: 'V17_12000' })
    assert.deepEqual(told('MCF'), { what: 'MCF' })
  })

  it('never tells a password or sub-address, or octets of an image', () => {
    for (const field of ['SID', 'PWD', 'SEP', 'SUB', 'FCD', 'NSF'] as const) {
      assert.deepEqual(told(field, encodeStationId('31337')), { what: field })
    }
  })

  it('that cannot be read is told as such, with its length alone', () => {
    assert.deepEqual(told('DCS', Uint8Array.of(1)), { what: 'unreadable frame', detail: { octets: 4 } })
    assert.deepEqual(describeFrame(Uint8Array.of(0xff, 0xc8, 0x6e)), {
      what: 'unknown frame',
      detail: { octets: 3 },
    })
  })
})
