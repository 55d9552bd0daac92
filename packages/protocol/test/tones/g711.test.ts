import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeG711, encodeG711, type G711Law } from '@answerback/protocol/tones/g711'

const LAWS: readonly G711Law[] = ['PCMU', 'PCMA']
const allOctets = Uint8Array.from({ length: 256 }, (_, octet) => octet)
const allSamples = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768)

/** G.711 tables 1a and 2a: the value of an octet, in the law's own units, and what makes 16 bits of those. */
const PUBLISHED: Record<
  G711Law,
  { readonly scale: number; readonly values: readonly (readonly [number, number])[] }
> = {
  PCMU: {
    scale: 4,
    values: [
      [0x80, 8031],
      [0x8f, 4191],
      [0x9f, 2079],
      [0xaf, 1023],
      [0xbf, 495],
      [0xcf, 231],
      [0xdf, 99],
      [0xef, 33],
      [0xfe, 2],
      [0xff, 0],
      [0x00, -8031],
      [0x7e, -2],
    ],
  },
  PCMA: {
    scale: 8,
    values: [
      [0xaa, 4032],
      [0xa5, 2112],
      [0xb5, 1056],
      [0x85, 528],
      [0x95, 264],
      [0xe5, 132],
      [0xf5, 66],
      [0xc5, 33],
      [0xd5, 1],
      [0x2a, -4032],
      [0x55, -1],
    ],
  },
}

describe('G.711', () => {
  for (const law of LAWS) {
    it(`gives ${law} octets the values of its table`, () => {
      for (const [octet, value] of PUBLISHED[law].values) {
        const [sample] = decodeG711(law, Uint8Array.of(octet))
        assert.equal(sample! / PUBLISHED[law].scale, value, octet.toString(16))
      }
    })

    it(`brings every ${law} octet back, but for µ-law's second zero`, () => {
      const back = encodeG711(law, decodeG711(law, allOctets))
      const changed = allOctets.filter((octet, i) => back[i] !== octet)
      assert.deepEqual([...changed], law === 'PCMU' ? [0x7f] : [])
    })

    it(`gives each ${law} octet the samples around its value, which lies in their middle`, () => {
      const octets = encodeG711(law, allSamples)
      const values = decodeG711(law, octets)
      assert.ok(values.every((value, i) => i === 0 || value >= values[i - 1]!))
      for (const octet of new Set(octets)) {
        const first = allSamples[octets.indexOf(octet)]!
        const last = allSamples[octets.lastIndexOf(octet)]!
        const [value] = decodeG711(law, Uint8Array.of(octet))
        // The outermost take in all that is louder, and µ-law's two zeros share one interval.
        if (first === -32_768 || last === 32_767 || value === 0) continue
        assert.ok(Math.abs((first + last) / 2 - value!) <= 1, `${octet}: ${first} to ${last}, ${value}`)
      }
    })
  }
})
