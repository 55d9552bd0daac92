import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import { decodeIfp, encodeIfp, type Ifp, type T38Version } from '@answerback/protocol/t38/ifp'
import fc from 'fast-check'
import { DATA_TYPES, type DataField, FIELD_TYPES, INDICATORS } from '../../src/t38/ifp-types.ts'
import { hex, unhex } from './hex.ts'

const VERSIONS: readonly T38Version[] = [0, 1, 2, 3]
const PLAIN = { noNullPrototype: true }
const octetsOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 0xff)

function data(dataType: (typeof DATA_TYPES)[number], ...fields: readonly (readonly [string, string])[]): Ifp {
  return {
    kind: 'data',
    dataType,
    fields: fields.map(([type, octets]) => ({ type: type as DataField['type'], octets: unhex(octets) })),
  }
}

/** What may be sent in a version: the newer names only from version 2 on. */
function packets(version: T38Version): fc.Arbitrary<Ifp> {
  const fieldTypes = version < 2 ? FIELD_TYPES.slice(0, 8) : FIELD_TYPES
  const field = fc.record(
    {
      type: fc.constantFrom(...fieldTypes),
      octets: fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ minLength: 1, maxLength: 300 })),
    },
    PLAIN,
  )
  return fc.oneof(
    fc.record(
      {
        kind: fc.constant('indicator' as const),
        indicator: fc.constantFrom(...(version < 2 ? INDICATORS.slice(0, 16) : INDICATORS)),
      },
      PLAIN,
    ),
    fc.record(
      {
        kind: fc.constant('data' as const),
        dataType: fc.constantFrom(...(version < 2 ? DATA_TYPES.slice(0, 9) : DATA_TYPES)),
        fields: fc.array(field, { maxLength: 9 }),
      },
      PLAIN,
    ),
  )
}

describe('An IFP packet', () => {
  it('has the octets that T.38 gives it', () => {
    const cases: readonly (readonly [T38Version, Ifp, string])[] = [
      [0, { kind: 'indicator', indicator: 'no_signal' }, '00'],
      [0, { kind: 'indicator', indicator: 'cng' }, '02'],
      [0, { kind: 'indicator', indicator: 'ced' }, '04'],
      [0, { kind: 'indicator', indicator: 'v21_preamble' }, '06'],
      [0, { kind: 'indicator', indicator: 'v17_14400_long_training' }, '1e'],
      [3, { kind: 'indicator', indicator: 'v8_ansam' }, '20 00'],
      [3, { kind: 'indicator', indicator: 'v8_signal' }, '20 40'],
      [3, { kind: 'indicator', indicator: 'v34_cc_retrain' }, '21 00'],
      [3, { kind: 'indicator', indicator: 'v33_14400_training' }, '21 80'],
      [0, data('v21', ['hdlc_data', 'ff c8 04']), 'c0 01 80 00 02 ff c8 04'],
      [3, data('v21', ['hdlc_data', 'ff c8 04']), 'c0 01 80 00 02 ff c8 04'],
      [0, data('v21', ['hdlc_fcs_ok', '']), 'c0 01 20'],
      [1, data('v21', ['hdlc_fcs_ok', '']), 'c0 01 10'],
      [0, data('v21', ['hdlc_fcs_ok_sig_end', '']), 'c0 01 40'],
      [1, data('v21', ['hdlc_fcs_ok_sig_end', '']), 'c0 01 20'],
      [0, data('v21', ['hdlc_data', 'ff'], ['hdlc_fcs_ok', '']), 'c0 02 80 00 00 ff 20'],
      [1, data('v21', ['hdlc_data', 'ff'], ['hdlc_fcs_ok', '']), 'c0 02 80 00 00 ff 10'],
      [0, data('v17_14400', ['t4_non_ecm_data', '00']), 'd0 01 e0 00 00 00'],
      [1, data('v17_14400', ['t4_non_ecm_data', '00']), 'd0 01 b0 00 00 00'],
      [0, data('v29_9600', ['t4_non_ecm_sig_end', '']), 'c8 01 70'],
      [1, data('v29_9600', ['t4_non_ecm_sig_end', '']), 'c8 01 38'],
      // The second field starts behind the four, or five, bits of the first.
      [0, data('v21', ['hdlc_fcs_ok', ''], ['hdlc_sig_end', '']), 'c0 02 21'],
      [1, data('v21', ['hdlc_fcs_ok', ''], ['hdlc_sig_end', '']), 'c0 02 10 40'],
      [0, data('v21', ['hdlc_fcs_ok', ''], ['hdlc_data', 'ff']), 'c0 02 28 00 00 ff'],
      [3, data('v8', ['cm_message', '41 30']), 'e0 00 01 c0 00 00 01 41 30'],
      [3, data('v34_pri_ch', ['v34_rate', '33 33 36']), 'e0 c0 01 c1 80 00 02 33 33 36'],
      [0, data('v21'), '40'],
    ]
    for (const [version, packet, wire] of cases) {
      assert.equal(hex(encodeIfp(packet, version)), wire, JSON.stringify(packet))
      assert.deepEqual(decodeIfp(unhex(wire), version), packet, wire)
    }
  })

  it('is read back as it was written, for every name in every version that has it', () => {
    for (const version of VERSIONS) {
      const limit = version < 2 ? [16, 9, 8] : [INDICATORS.length, DATA_TYPES.length, FIELD_TYPES.length]
      for (const indicator of INDICATORS.slice(0, limit[0])) {
        const packet: Ifp = { kind: 'indicator', indicator }
        assert.deepEqual(decodeIfp(encodeIfp(packet, version), version), packet)
      }
      for (const dataType of DATA_TYPES.slice(0, limit[1])) {
        for (const type of FIELD_TYPES.slice(0, limit[2])) {
          for (const length of [0, 1, 2, 127, 128, 255, 256, 257]) {
            const packet: Ifp = { kind: 'data', dataType, fields: [{ type, octets: octetsOf(length) }] }
            assert.deepEqual(decodeIfp(encodeIfp(packet, version), version), packet)
          }
        }
      }
    }
  })

  it('can carry the 65,535 octets that a field may have', () => {
    const packet: Ifp = {
      kind: 'data',
      dataType: 'v21',
      fields: [{ type: 'hdlc_data', octets: octetsOf(65_535) }],
    }
    assert.deepEqual(decodeIfp(encodeIfp(packet, 0), 0), packet)
  })

  it('is read back as it was written, whatever its fields are', () => {
    for (const version of VERSIONS) {
      fc.assert(
        fc.property(packets(version), (packet) => {
          assert.deepEqual(decodeIfp(encodeIfp(packet, version), version), packet)
        }),
        { numRuns: 500 },
      )
    }
  })

  it('is read as far as the field that starts each on a new octet, as some peers write them', () => {
    const packed = data('v21', ['hdlc_fcs_ok', ''], ['hdlc_data', 'ff c8'], ['hdlc_fcs_ok_sig_end', ''])
    assert.deepEqual(decodeIfp(unhex('c0 03 10 80 00 01 ff c8 20'), 1), packed)
    assert.deepEqual(decodeIfp(unhex('c0 03 20 80 00 01 ff c8 40'), 0), packed)
    const both = data('v21', ['hdlc_fcs_ok', ''], ['hdlc_sig_end', ''])
    assert.deepEqual(decodeIfp(unhex('c0 02 10 08'), 1), both)
    assert.deepEqual(decodeIfp(unhex('c0 02 20 10'), 0), both)
  })

  it('carries its octets as views of the packet, not as copies', () => {
    const wire = unhex('c0 01 80 00 01 ff c8')
    const packet = decodeIfp(wire, 0)
    assert.ok(packet.kind === 'data')
    assert.equal(packet.fields[0]!.octets.buffer, wire.buffer)
  })

  it('may be followed by zeros, as one that FEC restored is', () => {
    const packet = data('v21', ['hdlc_data', 'ff'], ['hdlc_fcs_ok_sig_end', ''])
    for (const version of VERSIONS) {
      const padded = new Uint8Array(40)
      padded.set(encodeIfp(packet, version))
      assert.deepEqual(decodeIfp(padded, version), packet)
    }
    assert.deepEqual(decodeIfp(unhex('06 00 00'), 0), { kind: 'indicator', indicator: 'v21_preamble' })
  })

  it('with an indicator newer than T.38 version 3 says nothing, in any version', () => {
    for (const version of VERSIONS) {
      for (const wire of ['21 c0', '2f c0']) {
        assert.deepEqual(decodeIfp(unhex(wire), version), { kind: 'indicator', indicator: 'unknown' })
      }
      assert.deepEqual(decodeIfp(unhex('20 80'), version), {
        kind: 'indicator',
        indicator: 'v34_cntl_channel_1200',
      })
    }
  })

  it('with a field type newer than T.38 version 3 keeps its other fields', () => {
    const read = decodeIfp(unhex('c0 02 c2 00 00 00 41 80 00 00 ff'), 3)
    assert.deepEqual(read, data('v21', ['hdlc_data', 'ff']))
  })

  it('that breaks the rules is an error naming the place', () => {
    const cases: readonly (readonly [string, string, number])[] = [
      ['', 'ifp', 0],
      ['20', 'ifp.type', 1],
      ['30 00', 'ifp.type', 0],
      ['80', 'ifp.data_field', 0],
      ['06 01', 'ifp.end', 1],
      ['d2 00', 'ifp.data_type', 0],
      ['61 80', 'ifp.data_type', 0],
      ['c0', 'ifp.field_count', 1],
      ['c0 80 01', 'ifp.field_count', 1],
      ['c0 01', 'ifp.field_type', 2],
      ['c0 01 80 00', 'ifp.field_length', 3],
      ['c0 01 80 00 02 ff c8', 'ifp.field_length', 3],
      ['c0 01 80 00 00 ff 01', 'ifp.end', 6],
      ['c0 01 11', 'ifp.end', 2],
      ['c0 01 60 00', 'ifp.field_type', 2],
    ]
    for (const [wire, field, offset] of cases) {
      assert.throws(
        () => decodeIfp(unhex(wire), 3),
        (error) => error instanceof ParseError && error.field === field && error.offset === offset,
        wire,
      )
    }
  })

  it('cannot be written with what its version does not have, or what no version has', () => {
    const empty = new Uint8Array(0)
    const cases: readonly (readonly [Ifp, T38Version])[] = [
      [{ kind: 'indicator', indicator: 'unknown' }, 3],
      [{ kind: 'indicator', indicator: 'v8_ansam' }, 1],
      [{ kind: 'data', dataType: 'v34_pri_ch', fields: [] }, 1],
      [{ kind: 'data', dataType: 'v21', fields: [{ type: 'cm_message', octets: empty }] }, 1],
      [{ kind: 'data', dataType: 'v21', fields: [{ type: 'hdlc_data', octets: octetsOf(65_536) }] }, 3],
      [{ kind: 'data', dataType: 'v21', fields: Array(128).fill({ type: 'hdlc_fcs_ok', octets: empty }) }, 3],
    ]
    for (const [packet, version] of cases) assert.throws(() => encodeIfp(packet, version), RangeError)
  })
})
